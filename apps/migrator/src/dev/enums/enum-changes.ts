import pg from 'pg';
import type { SchemaCatalog } from '../schema-catalog.ts';

/** An enum that two states have, with other values. */
export interface EnumChange {
  readonly type: string;
  /** What it is to have. */
  readonly values: readonly string[];
  readonly gained: readonly string[];
  readonly lost: readonly string[];
}

/** The enums that have other values in another state; their order does not count. */
export function findEnumChanges(from: SchemaCatalog, to: SchemaCatalog): EnumChange[] {
  return [...from.enums].flatMap(([type, old]) => {
    const values = to.enums.get(type);
    if (values === undefined) return [];
    const gained = values.filter((value) => !old.includes(value));
    const lost = old.filter((value) => !values.includes(value));
    return gained.length + lost.length === 0 ? [] : [{ type, values, gained, lost }];
  });
}

/**
 * The changes for which a type is made anew: PostgreSQL takes no value away, and a value that it adds
 * it uses in a later transaction only.
 */
export function findMadeAnew(from: SchemaCatalog, to: SchemaCatalog): EnumChange[] {
  const changes = findEnumChanges(from, to).filter(({ lost }) => lost.length > 0);
  return [...changes, ...findUsedAtOnce(from, to)];
}

/**
 * The changes that only add values, one of which the other state uses by itself, in a default, a
 * check, an index or a computed column.
 */
export function findUsedAtOnce(from: SchemaCatalog, to: SchemaCatalog): EnumChange[] {
  const texts = [
    ...[...to.columns.values()].map(({ fallback }) => fallback ?? ''),
    ...[to.constraints, to.indexes, to.generated].flatMap((parts) =>
      [...parts.values()].map(({ definition }) => definition),
    ),
  ];
  return findEnumChanges(from, to)
    .filter(({ lost }) => lost.length === 0)
    .filter(({ type, gained }) => texts.some((text) => usesValue(text, type, gained)));
}

/** Tells whether an expression, as PostgreSQL prints it, may be about one of an enum's values. */
export function usesValue(expression: string, type: string, values: readonly string[]): boolean {
  if (!mentionsType(expression, type)) return false;
  const isList = expression.includes("}'::");
  return isList || values.some((it) => expression.includes(pg.escapeLiteral(it).trim()));
}

/** Tells whether an expression, as PostgreSQL prints it, casts to a type of schema `public`. */
export function mentionsType(expression: string, type: string): boolean {
  return spellingsOf(type).some((name) => expression.includes(`::${name}`));
}

/** Tells whether a column's type, as PostgreSQL prints it, is an enum or a list of its values. */
export function isOfEnum(columnType: string, type: string): boolean {
  return spellingsOf(type).includes(columnType.replace(/(\[\])+$/, ''));
}

/** PostgreSQL quotes a name only where it must. */
function spellingsOf(type: string): string[] {
  return [type, pg.escapeIdentifier(type)];
}
