/** SQL of a key, as items and `pg_depend` are matched by it. */
export const keyOf = (catalog: string, oid: string) =>
  `('${catalog}'::regclass::oid || '.' || ${oid})`;

/** Schemas that are nobody's own. */
export const ownSchema = (name: string) => `${name} !~ '^pg_' and ${name} <> 'information_schema'`;

/** An array of SQL texts without the nulls among them. */
export const statements = (...sql: readonly string[]) =>
  `array_remove(array[${sql.join(', ')}]::text[], null)`;

interface ItemColumns {
  readonly key: string;
  readonly aliases?: string;
  readonly after?: string;
  readonly late?: boolean | string;
  readonly rank: number;
  readonly name: string;
  readonly sql: string;
}

/** The columns of an item's query, each an SQL expression. */
export function itemColumns(item: ItemColumns): string {
  const { key, aliases = 'array[]::text[]', after = 'array[]::text[]', late = false } = item;
  return `${key} as key, ${aliases} as aliases, ${after} as after, ${late} as late,
    ${item.rank} as rank, (${item.name})::text as name, ${item.sql} as sql`;
}
