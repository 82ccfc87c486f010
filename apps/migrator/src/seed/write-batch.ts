import type { ManifestField, ManifestModel } from '@holovitals/schema-composer';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { typeOf, type TextValues } from './seed-values.ts';

const quote = (name: string) => pg.escapeIdentifier(name);

/** A row to be written. All rows of a batch have the same fields. */
export interface BatchRow {
  /** Its key, as the record of seeded rows has it. */
  readonly key: string;
  readonly hash: string;
  readonly values: TextValues;
}

/** What became of a row. */
export type RowResult = 'inserted' | 'updated' | 'unchanged' | 'kept';

/** Writes a batch of rows in a few statements, whatever its size; answers what became of each. */
export async function writeBatch(
  client: pg.Client,
  model: ManifestModel,
  key: readonly string[],
  rows: readonly BatchRow[],
): Promise<RowResult[]> {
  const fields = [...(rows[0]?.values.keys() ?? [])];
  const states = await compareRows(client, model, key, fields, rows);
  const results = rows.map(({ hash }, index): RowResult => {
    const state = states[index];
    if (state === undefined || state.absent) return 'inserted';
    if (state.equal) return 'unchanged';
    // What we never wrote, or wrote just like this, was changed by people.
    return state.recorded === null || state.recorded === hash ? 'kept' : 'updated';
  });
  const chosen = (wanted: RowResult) => rows.filter((_, index) => results[index] === wanted);
  await insertRows(client, model, fields, chosen('inserted'));
  await updateRows(client, model, key, fields, chosen('updated'));
  await recordRows(
    client,
    model,
    rows.filter(({ hash }, index) => results[index] !== 'kept' && states[index]?.recorded !== hash),
  );
  return results;
}

interface RowState {
  readonly absent: boolean;
  readonly equal: boolean;
  readonly recorded: string | null;
}

async function compareRows(
  client: pg.Client,
  model: ManifestModel,
  key: readonly string[],
  fields: readonly ManifestField[],
  rows: readonly BatchRow[],
): Promise<RowState[]> {
  const isKey = ({ name }: ManifestField) => key.includes(name);
  const same = fields
    .map((field, index) => ({ field, cast: castOf(field, index) }))
    .filter(({ field }) => !isKey(field))
    .map(({ field, cast }) => `t.${quote(field.column)} is not distinct from ${cast}`);
  const { rows: states } = await client.query<RowState>(
    `select t.ctid is null as absent, ${['true', ...same].join(' and ')} as equal, l.hash as recorded
     from ${source(fields)}
     left join ${quote(model.table)} t on ${keyTerms(fields, key)}
     left join migrator.seeded_rows l on l.model = $2 and l.key = s.key
     order by s.place`,
    [toJson(rows, fields), model.name],
  );
  return states;
}

async function insertRows(
  client: pg.Client,
  model: ManifestModel,
  given: readonly ManifestField[],
  rows: readonly BatchRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const names = new Set(given.map(({ name }) => name));
  const lacking = model.fields.filter(({ name }) => !names.has(name));
  const ids = lacking.filter((field) => field.default?.startsWith('uuid(') === true);
  const times = lacking.filter((field) => field.updatedAt);
  const now = new Date().toISOString();
  const filled = rows.map((row) => ({
    ...row,
    values: new Map([
      ...row.values,
      ...ids.map((field) => [field, uuidv7()] as const),
      ...times.map((field) => [field, now] as const),
    ]),
  }));
  const fields = [...given, ...ids, ...times];
  await client.query(
    `insert into ${quote(model.table)} (${fields.map(({ column }) => quote(column)).join(', ')})
     select ${fields.map(castOf).join(', ')} from ${source(fields)} order by s.place`,
    [toJson(filled, fields)],
  );
}

async function updateRows(
  client: pg.Client,
  model: ManifestModel,
  key: readonly string[],
  fields: readonly ManifestField[],
  rows: readonly BatchRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const names = new Set(fields.map(({ name }) => name));
  const changes = [
    ...fields
      .map((field, index) => ({ field, sql: `${quote(field.column)} = ${castOf(field, index)}` }))
      .filter(({ field }) => !key.includes(field.name))
      .map(({ sql }) => sql),
    ...model.fields
      .filter(({ updatedAt, name }) => updatedAt && !names.has(name))
      .map(({ column }) => `${quote(column)} = now()`),
  ];
  await client.query(
    `update ${quote(model.table)} t set ${changes.join(', ')}
     from ${source(fields)} where ${keyTerms(fields, key)}`,
    [toJson(rows, fields)],
  );
}

async function recordRows(
  client: pg.Client,
  model: ManifestModel,
  rows: readonly BatchRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await client.query(
    `insert into migrator.seeded_rows (model, key, hash)
     select $2, s.key, s.hash from ${source([])}
     on conflict (model, key) do update set hash = excluded.hash`,
    [toJson(rows, []), model.name],
  );
}

/** The rows of `$1`: every value as text, to be cast to its column's type. */
function source(fields: readonly ManifestField[]): string {
  const values = fields.map((_, index) => `, v${index} text`).join('');
  return `jsonb_to_recordset($1::jsonb) as s(place integer, key text, hash text${values})`;
}

function castOf(field: ManifestField, index: number): string {
  return `s.v${index}::${typeOf(field)}`;
}

function keyTerms(fields: readonly ManifestField[], key: readonly string[]): string {
  return fields
    .map((field, index) => ({ field, cast: castOf(field, index) }))
    .filter(({ field }) => key.includes(field.name))
    .map(({ field, cast }) => `t.${quote(field.column)} = ${cast}`)
    .join(' and ');
}

function toJson(rows: readonly BatchRow[], fields: readonly ManifestField[]): string {
  return JSON.stringify(
    rows.map(({ key, hash, values }, place) => ({
      ...{ place, key, hash },
      ...Object.fromEntries(fields.map((field, index) => [`v${index}`, values.get(field) ?? null])),
    })),
  );
}
