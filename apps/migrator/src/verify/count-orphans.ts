import type { ManifestField, ManifestModel, SchemaManifest } from '@holovitals/schema-composer';
import pg from 'pg';
import { batchQuery, type Batch, type Plan, type Target } from './orphan-query.ts';

const BATCH = 20_000;

/** How many rows point at nothing, for one field and, of pairs, one type. */
export interface OrphanCount {
  /** `Model.field`. */
  readonly field: string;
  /** The model pointed at; of a pair whose type names no model, null. */
  readonly target: string | null;
  /** The type's text, of a pair. */
  readonly type: string | null;
  /** Rows that point at something, there or not. */
  readonly rows: number;
  readonly orphans: number;
  /** The target may be gone: then an orphan is no fault. */
  readonly outlives: boolean;
}

/** Told of the table whose references are counted, and how many of its rows are done. */
export type OrphanProgress = (table: string, rows: number) => void;

interface Tally {
  readonly type: string | null;
  readonly rows: number;
  readonly orphans: number;
}

/**
 * Counts the rows whose plain ids point at nothing, in batches along the primary key: no
 * transaction is long and nothing is kept, whatever the table's size.
 */
export async function countOrphans(
  client: pg.Client,
  manifest: SchemaManifest,
  onProgress: OrphanProgress = () => undefined,
): Promise<OrphanCount[]> {
  const counts: OrphanCount[] = [];
  for (const model of manifest.models) {
    for (const field of model.fields) {
      if (field.softref !== null && (await isThere(client, model.table))) {
        counts.push(...(await countField(client, manifest, { model, field }, onProgress)));
      }
    }
  }
  return counts;
}

interface Reference {
  readonly model: ManifestModel;
  readonly field: ManifestField;
}

async function countField(
  client: pg.Client,
  manifest: SchemaManifest,
  reference: Reference,
  onProgress: OrphanProgress,
): Promise<OrphanCount[]> {
  const { model, field } = reference;
  const { softref } = field;
  if (softref === null) return [];
  const common = { field: `${model.name}.${field.name}`, outlives: softref.outlives };
  if ('model' in softref) {
    const target = manifest.models.find(({ name }) => name === softref.model);
    const column = target?.fields.find(({ name }) => name === softref.field)?.column;
    if (target === undefined || column === undefined) return [];
    const targets = [targetOf(null, target, column)];
    const tallies = await tally(client, { ...reference, via: null, targets }, onProgress);
    return tallies.map((it) => ({ ...common, target: target.name, ...it }));
  }
  const via = model.fields.find(({ name }) => name === softref.via)?.column ?? softref.via;
  const models = await typesOf(client, manifest, model.table, via);
  const targets = [...models].flatMap(([type, target]) =>
    target === undefined || target.primaryKey.columns[0] === undefined
      ? []
      : [targetOf(type, target, target.primaryKey.columns[0])],
  );
  const tallies = await tally(client, { ...reference, via, targets }, onProgress);
  return tallies.map((it) => ({
    ...common,
    target: models.get(it.type ?? '')?.name ?? null,
    ...it,
  }));
}

/** The types that rows name, with the model each means: by its name or its table's, in any case. */
async function typesOf(
  client: pg.Client,
  manifest: SchemaManifest,
  table: string,
  via: string,
): Promise<Map<string, ManifestModel | undefined>> {
  const { rows } = await client.query<{ type: string }>(
    `select distinct ${quote(via)}::text as type from public.${quote(table)}
     where ${quote(via)} is not null order by type`,
  );
  const plain = (word: string) => word.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  return new Map(
    rows.map(({ type }) => [
      type,
      manifest.models.find(({ name, table: own }) =>
        [name, own].some((it) => plain(it) === plain(type)),
      ),
    ]),
  );
}

async function tally(client: pg.Client, plan: Plan, onProgress: OrphanProgress): Promise<Tally[]> {
  const { model } = plan;
  const sums = new Map<string | null, { rows: number; orphans: number }>();
  let after: readonly string[] = [];
  for (let done = 0; ;) {
    const { rows } = await client.query<Batch>(batchQuery(plan, after.length > 0, BATCH), [
      ...after,
    ]);
    for (const row of rows) {
      if (row.rows === 0) continue;
      const sum = sums.get(row.type) ?? { rows: 0, orphans: 0 };
      sums.set(row.type, { rows: sum.rows + row.rows, orphans: sum.orphans + row.orphans });
    }
    const { scanned = 0, last = null } = rows[0] ?? {};
    done += scanned;
    if (scanned > 0) onProgress(model.table, done);
    if (scanned < BATCH || last === null) break;
    after = last;
  }
  return [...sums]
    .map(([type, sum]) => ({ type, ...sum }))
    .sort((a, b) => ((a.type ?? '') < (b.type ?? '') ? -1 : 1));
}

function targetOf(type: string | null, { table, fields }: ManifestModel, column: string): Target {
  const { databaseType = 'text' } = fields.find((field) => field.column === column) ?? {};
  return { type, table, column, databaseType };
}

async function isThere(client: pg.Client, table: string): Promise<boolean> {
  const { rows } = await client.query<{ there: boolean }>(
    'select to_regclass($1) is not null as there',
    [`public.${quote(table)}`],
  );
  return rows[0]?.there === true;
}

function quote(name: string): string {
  return pg.escapeIdentifier(name);
}
