import type { BackupHead, BackupSchema, RowCount, StoredEntry } from '../backup/backup-format.ts';
import { describeDifference, type CatalogDifference } from '../catalog/compare-catalogs.ts';
import type { CatalogEntry, DatabaseCatalog } from '../catalog/read-catalog.ts';
import { compareMeaning } from '../catalog/same-meaning.ts';

const SIDES = ['the backup', 'what was restored'] as const;

/** What of a restored database is not as the backup says. */
export function compareRows(
  { tables }: BackupHead,
  wanted: readonly RowCount[],
  found: readonly RowCount[],
): string[] {
  return tables.flatMap(({ name }, number) => {
    const [left, right] = [wanted[number], found[number]];
    if (left?.rows === right?.rows && left?.checksum === right?.checksum) return [];
    return left?.rows === right?.rows
      ? [`rows of ${name} differ`]
      : [
          `${name}: the backup has ${left?.rows ?? 0} row(s), what was restored ${right?.rows ?? 0}`,
        ];
  });
}

/** Who owns what was backed up and what was restored, and on which servers. */
export interface RestoredSides {
  readonly wantedOwner: string;
  readonly owner: string;
  readonly wantedMajor: number;
  readonly major: number;
  /** Schema public is the server's own, as before PostgreSQL 15. */
  readonly isPublicForeign: boolean;
}

/** What is not as the backup says, in a sentence each. */
export interface StructureDifferences {
  readonly differences: readonly string[];
  /** What only the server's administrator may set, or another version has otherwise. */
  readonly notes: readonly string[];
}

/**
 * Compares structures. Another major version prints the same expressions in other words, so there a
 * definition counts as the same where the thing is there: it was made from that very text.
 */
export async function compareStructure(
  { catalog }: BackupSchema,
  restored: DatabaseCatalog,
  sides: RestoredSides,
): Promise<StructureDifferences> {
  const rename = renaming(sides.wantedOwner, sides.owner);
  const wanted = new Map(
    catalog.map((stored) => rename(entryOf(stored))).map((entry) => [entry.identity, entry]),
  );
  const found = await compareMeaning(wanted, restored);
  const real = sides.wantedMajor === sides.major ? found : found.filter((it) => !isWording(it));
  const isOtherPublic = sides.isPublicForeign || sides.wantedMajor < 15 !== sides.major < 15;
  const isNoted = ({ identity }: CatalogDifference) => isOtherPublic && OF_PUBLIC.test(identity);
  const inWords = (it: CatalogDifference) => describeDifference(it, SIDES);
  return {
    differences: real.filter((it) => !isNoted(it)).map(inWords),
    notes: real.filter(isNoted).map(inWords),
  };
}

const OF_PUBLIC = /^(?:rights of .* on|comment on|owner of) schema public$/;

function entryOf([identity, kind, schema, relation, definition]: StoredEntry): CatalogEntry {
  return { identity, kind, schema, relation, definition, table: null, ofPartition: false };
}

const PRINTED = new Set([
  ...['view', 'materialized view', 'function', 'procedure', 'rule', 'index', 'constraint'],
  ...['column', 'policy', 'trigger', 'statistics', 'domain', 'aggregate'],
  'object',
]);

function isWording({ kind, left, right }: CatalogDifference): boolean {
  if (kind === 'rights') return withoutMaintain(left) === withoutMaintain(right);
  return left !== null && right !== null && PRINTED.has(kind);
}

/** A right that PostgreSQL 17 brought. */
function withoutMaintain(rights: string | null): string {
  return (rights ?? '')
    .split(', ')
    .filter((it) => !it.startsWith('MAINTAIN'))
    .join(', ');
}

/** Where another role owns what was restored, it stands wherever the first one stood. */
function renaming(from: string, to: string): (entry: CatalogEntry) => CatalogEntry {
  if (from === to) return (entry) => entry;
  const [old, now] = [quoted(from), quoted(to)];
  return (entry) => {
    const { kind, identity, definition } = entry;
    if (kind === 'owner') return { ...entry, definition: definition === old ? now : definition };
    if (kind === 'rights') {
      return {
        ...entry,
        identity: identity
          .replace(`rights of ${old} on `, `rights of ${now} on `)
          .replace(new RegExp(`( on default \\w of )${escape(from)}`), `$1${to}`),
      };
    }
    if (kind !== 'policy') return entry;
    return {
      ...entry,
      definition: definition.replace(/\{.*?\}/, (roles) => roles.replace(from, to)),
    };
  };
}

function quoted(role: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(role) ? role : `"${role.replaceAll('"', '""')}"`;
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
