import pg from 'pg';
import type { DatabaseState } from '../replay/database-state.ts';

const ROWS_EACH = 500;

/** Writes the statements that put back the rows of a database, and where its sequences stand. */
export async function writeRows(
  client: pg.Client,
  { rows: tables, positions }: DatabaseState,
): Promise<string[]> {
  const statements: string[] = [];
  for (const [table, { rows }] of tables) {
    if (rows > 0) statements.push(...(await writeTable(client, table)));
  }
  for (const [sequence, position] of positions) {
    statements.push(`SELECT setval(${pg.escapeLiteral(sequence)}, ${position});`);
  }
  return statements;
}

async function writeTable(client: pg.Client, table: string): Promise<string[]> {
  const { rows: columns } = await client.query<{ name: string }>(
    `select quote_ident(attname) as name from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''
     order by attnum`,
    [table],
  );
  const names = columns.map(({ name }) => name);
  if (names.length === 0) return [];
  const values = names.map(() => '%L').join(', ');
  const { rows } = await client.query<{ row: string }>(
    `select format('(${values})', ${names.map((name) => `${name}::text`).join(', ')}) as row from ${table} t`,
  );
  const into = `INSERT INTO ${table} (${names.join(', ')}) OVERRIDING SYSTEM VALUE VALUES`;
  return batches(rows.map(({ row }) => `  ${row}`)).map(
    (batch) => `${into}\n${batch.join(',\n')};`,
  );
}

function batches<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / ROWS_EACH) }, (_, index) =>
    items.slice(index * ROWS_EACH, (index + 1) * ROWS_EACH),
  );
}
