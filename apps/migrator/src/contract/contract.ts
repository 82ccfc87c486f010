import { migrationUnreadable } from '../errors.ts';

/** A column, by the names that the database has for it. */
export interface RemovedColumn {
  readonly table: string;
  readonly column: string;
}

/** What `meta.json` says of a contract: a migration that drops what the release before it uses. */
export interface Contract {
  readonly columns: readonly RemovedColumn[];
}

/**
 * Reads from a migration's `meta.json` what it contracts: `"contract": { "columns": [{ "table":
 * "items", "column": "note" }] }`; null for one that is no contract.
 *
 * @throws CodedError `MIGRATOR.MIGRATION_UNREADABLE`
 */
export function readContract(name: string, meta: string): Contract | null {
  if (!meta.includes('"contract"')) return null;
  try {
    const { contract } = JSON.parse(meta) as { contract?: { columns?: unknown } };
    if (contract === undefined) return null;
    const { columns } = contract;
    if (!Array.isArray(columns)) throw new TypeError('no list');
    return { columns: columns.map(columnOf) };
  } catch {
    const why = '`contract` in its meta.json is no { "columns": [{ "table", "column" }] }.';
    throw migrationUnreadable(name, why, 'meta.json');
  }
}

function columnOf(entry: unknown): RemovedColumn {
  const { table, column } = (entry ?? {}) as Partial<RemovedColumn>;
  if (typeof table !== 'string' || typeof column !== 'string') throw new TypeError('no column');
  return { table, column };
}
