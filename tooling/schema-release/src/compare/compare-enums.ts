import type { ManifestEnum, ManifestEnumValue, SchemaManifest } from '@holovitals/schema-composer';
import type { PastSunset } from './compare-models.ts';
import { compareDeprecation, fromTo, noteFor, type Difference, type Note } from './difference.ts';
import { likelyRename, nameLikeness, pairByName } from './pair-by-name.ts';

/** Compares the enums of two schemas. */
export function compareEnums(
  before: SchemaManifest,
  after: SchemaManifest,
  isPastSunset: PastSunset,
): Difference[] {
  const differences: Difference[] = [];
  const noteOf = ({ domain, name, source }: ManifestEnum): Note =>
    noteFor(differences, { domain, block: name, place: source });
  const { pairs, removed, added } = pairByName(before.enums, after.enums, {
    nameOf: ({ name }) => name,
    renamedFrom: ({ renamedFrom }) => renamedFrom ?? null,
    storedAs: typeOf,
  });
  for (const each of removed) {
    const likely = likelyRename(each, added, ({ name }) => name, enumLikeness);
    const more = likely === undefined ? {} : { likelyRename: likely };
    noteOf(each)('ENUM_REMOVED', `${each.name} is removed.`, more);
  }
  for (const each of added) noteOf(each)('ENUM_ADDED', `${each.name} is new.`);
  for (const [older, newer] of pairs) {
    const { domain, source } = newer;
    const note = noteFor(differences, { domain, block: older.name, place: source });
    if (older.name !== newer.name) {
      note('ENUM_RENAMED', `${older.name} is now called ${newer.name}.`);
    }
    if (typeOf(older) !== typeOf(newer)) {
      note('ENUM_TYPE_RENAMED', `The type goes ${fromTo(typeOf(older), typeOf(newer))}.`);
    }
    if (older.domain !== domain) {
      const message = `${older.name} goes ${fromTo(older.domain, domain)}.`;
      note('MODEL_MOVED_AWAY', message, { domain: older.domain });
      note('MODEL_MOVED_HERE', message);
    }
    if (older.doc !== newer.doc) note('DOC_CHANGED', `The words about ${older.name} changed.`);
    compareValues(older, newer, note, (value) => isPastSunset(domain, value));
  }
  return differences;
}

function compareValues(
  before: ManifestEnum,
  after: ManifestEnum,
  note: Note,
  isPastSunset: (value: ManifestEnumValue) => boolean,
): void {
  const { pairs, removed, added } = pairByName(before.values, after.values, {
    nameOf: ({ name }) => name,
    renamedFrom: ({ renamedFrom }) => renamedFrom ?? null,
    storedAs: ({ databaseName }) => databaseName,
  });
  for (const value of removed) {
    const likeness = (a: ManifestEnumValue, b: ManifestEnumValue) => nameLikeness(a.name, b.name);
    const likely = likelyRename(value, added, ({ name }) => name, likeness);
    const more = { member: value.name, ...(likely === undefined ? {} : { likelyRename: likely }) };
    if (isPastSunset(value)) {
      note('ENUM_VALUE_REMOVED_AFTER_SUNSET', `${value.name} is removed, as announced.`, more);
    } else note('ENUM_VALUE_REMOVED', `${value.name} is removed.`, more);
  }
  for (const { name } of added) note('ENUM_VALUE_ADDED', `${name} is new.`, { member: name });
  for (const [older, newer] of pairs) {
    const at = { member: older.name };
    if (older.name !== newer.name) {
      note('ENUM_VALUE_RENAMED', `${older.name} is now called ${newer.name}.`, at);
    }
    if (older.databaseName !== newer.databaseName) {
      const names = fromTo(older.databaseName, newer.databaseName);
      note('ENUM_VALUE_STORED_ANEW', `${older.name} is stored anew, ${names}.`, at);
    }
    compareDeprecation(older.name, older, newer, note, at);
    if (older.doc !== newer.doc) note('DOC_CHANGED', `The words about ${older.name} changed.`, at);
  }
}

/** Name of the type, with PostgreSQL's schema where one is written. */
function typeOf({ schema, databaseName }: ManifestEnum): string {
  return schema === undefined ? databaseName : `${schema}.${databaseName}`;
}

/** Likeness of two enums, 0 to 1. */
function enumLikeness(before: ManifestEnum, after: ManifestEnum): number {
  const names = new Set(after.values.map(({ name }) => name));
  const common = before.values.filter(({ name }) => names.has(name)).length;
  const all = before.values.length + names.size - common;
  return 0.7 * (all === 0 ? 0 : common / all) + 0.3 * nameLikeness(before.name, after.name);
}
