import type pg from 'pg';
import type { CatalogEntry, DatabaseCatalog } from '../catalog/read-catalog.ts';
import type { DatabaseState } from '../replay/database-state.ts';
import { leadTo, type Part } from './write-structure.ts';

/** What rows stand in: constraints, indexes and triggers come after them. */
const HOLDS_ROWS = new Set([
  ...['schema', 'extension', 'enum', 'domain', 'sequence', 'table', 'column', 'function'],
]);

/**
 * Writes the script that makes of an empty database what another holds, by running it there.
 *
 * @param rows the statements that put the rows back
 */
export async function writeUp(
  client: pg.Client,
  wanted: DatabaseCatalog,
  rows: readonly string[],
): Promise<string[]> {
  const holders = await leadTo(client, wanted, ({ kind }) => HOLDS_ROWS.has(kind));
  for (const sql of rows) await client.query(sql);
  // What a partition has before its parent is attached; what it gets from it has another name.
  const onPartitions = await leadTo(client, wanted, beforeParents(wanted));
  // A parent's triggers make those of its partitions.
  const whole = await leadTo(client, wanted, (it) => !(it.kind === 'trigger' && it.ofPartition));
  return [...holders, ...rows, ...onPartitions, ...whole, ...(await leadTo(client, wanted))];
}

/** Writes the script that leads from a whole database to the empty one; extensions stay. */
export async function writeDown(
  client: pg.Client,
  { catalog }: DatabaseState,
  empty: DatabaseCatalog,
): Promise<string[]> {
  const keys = [...catalog.values()]
    .filter(({ kind, definition, ofPartition }) => {
      return kind === 'constraint' && !ofPartition && definition.startsWith('FOREIGN KEY');
    })
    .map(
      ({ identity, table }) =>
        `ALTER TABLE ${table ?? ''} DROP CONSTRAINT ${nameBefore(identity, table)};`,
    );
  for (const sql of keys) await client.query(sql);
  const isMeant: Part = ({ kind, identity }) =>
    kind !== 'extension' && !identity.startsWith('comment on extension ');
  return [...keys, ...(await leadTo(client, empty, isMeant))];
}

function beforeParents(wanted: DatabaseCatalog): Part {
  const isParent = ({ table }: CatalogEntry) =>
    wanted.get(`table ${table ?? ''}`)?.definition.startsWith('partitioned') === true;
  return (entry) =>
    HOLDS_ROWS.has(entry.kind) ||
    ((entry.kind === 'constraint' || entry.kind === 'index') && !isParent(entry));
}

/** `name` of `constraint name on schema.table`. */
function nameBefore(identity: string, table: string | null): string {
  return identity.slice('constraint '.length, -` on ${table ?? ''}`.length);
}
