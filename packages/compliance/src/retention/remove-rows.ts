import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Trail } from '../audit/open-trail.ts';
import { quoteName, type CommandContext } from '../command/package-command.ts';
import { rowsUnproven } from '../errors.ts';
import { begunName, nameFile, setAside } from '../files/begun-files.ts';
import { keepHoldsOut } from '../holds/keep-holds-out.ts';
import type { DueRows } from './due-rows.ts';
import { nameRowFile } from './row-files.ts';
import type { RetainedTable } from './retained-tables.ts';

/** How rows are removed. */
export interface RemovalOrder {
  readonly executionId: string;
  /** `archived` rows are in a proven file before they go. */
  readonly into: 'archived' | 'deleted';
  readonly folder: string;
  readonly recipients: readonly string[];
  /** Most rows of one transaction. */
  readonly batch: number;
  /** Most rows a second; null for no limit. */
  readonly rate: number | null;
}

/** What removal works with. */
export interface Removal {
  readonly context: CommandContext;
  readonly trail: Trail;
  readonly order: RemovalOrder;
  /** Which rows may go as of now: holds come while it runs. */
  readonly judge: () => Promise<DueRows>;
}

/** In the reason of an audit row, between what became of its rows and the file that holds them. */
export const INTO_FILE = ' in ';

const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/**
 * Removes the rows of a table that may go, in batches: each batch, its audit rows and the count of
 * the execution are one transaction. Cut off, what is left is found again.
 *
 * @returns how many went
 */
export async function removeRows(removal: Removal, table: RetainedTable): Promise<number> {
  const { context, order } = removal;
  const exported = order.into === 'archived' ? await exportRows(removal, table) : null;
  const ids = exported?.ids ?? null;
  const reason = exported === null ? order.into : `${order.into}${INTO_FILE}${exported.file}`;
  let [removed, last] = [0, FIRST_ID];
  for (let at = 0; ids === null || at < ids.length; at += order.batch) {
    const begun = performance.now();
    const chosen = ids?.slice(at, at + order.batch) ?? null;
    const gone = await removeBatch(removal, table, { last, chosen, reason });
    removed += gone.length;
    context.progress(`${table.model}: ${removed} row(s)`);
    if (chosen === null && gone.length < order.batch) break;
    last = gone.reduce((most, { id }) => (id > most ? id : most), last);
    if (order.rate !== null) {
      await wait(Math.max(0, (gone.length / order.rate) * 1000 - (performance.now() - begun)));
    }
  }
  return removed;
}

interface GoneRow {
  readonly id: string;
  readonly patient: string | null;
}

async function removeBatch(
  { context, trail, order, judge }: Removal,
  { model, table }: RetainedTable,
  {
    last,
    chosen,
    reason,
  }: { readonly last: string; readonly chosen: readonly string[] | null; readonly reason: string },
): Promise<GoneRow[]> {
  const { session } = context;
  return context.inTransaction(`the removal of rows of ${model}`, async () => {
    await keepHoldsOut(session);
    const due = await judge();
    const among = chosen === null ? 't.id > $1' : 't.id = any ($1)';
    const { rows } = await session.query<GoneRow>(
      `delete from ${quoteName(table)} t where t.id = any (array(
         select t.id from ${quoteName(table)} t where ${among} and ${due.isGoing}
         order by t.id limit $2 for update))
       returning t.id, ${due.patient ?? 'null::uuid'} as patient`,
      [chosen ?? last, order.batch],
    );
    await trail.record(
      ...[...countByPatient(rows)].map(([patientId, recordCount]) => ({
        ...({ eventType: 'RETENTION', action: 'D', outcome: 'SUCCESS' } as const),
        ...{ resourceType: model, recordCount, reason },
        ...(patientId !== null && { patientId }),
      })),
    );
    await session.query(
      `update retention_executions set ${order.into} = ${order.into} + $2,
         candidates = greatest(candidates, archived + deleted + held_back + $2) where id = $1`,
      [order.executionId, rows.length],
    );
    return rows;
  });
}

function countByPatient(rows: readonly GoneRow[]): Map<string | null, number> {
  const counts = new Map<string | null, number>();
  for (const { patient } of rows) counts.set(patient, (counts.get(patient) ?? 0) + 1);
  return counts;
}

/**
 * Writes the rows that may go to an encrypted file, reads it back, and records it; answers their ids
 * and the file's name.
 */
async function exportRows(
  { context, trail, order, judge }: Removal,
  { model, table }: RetainedTable,
): Promise<{ readonly ids: readonly string[]; readonly file: string | null }> {
  const { session, rowFiles } = context;
  const due = await judge();
  const source = `from ${quoteName(table)} t where ${due.isGoing}`;
  const { rows: some } = await session.query(`select ${source} limit 1`);
  if (some.length === 0) return { ids: [], file: null };
  const { rows: names } = await session.query<{ name: string }>(
    `select attname as name from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped
     order by attname <> 'id', attnum`,
    [`public.${quoteName(table)}`],
  );
  const columns = names.map(({ name }) => name);
  const name = nameRowFile(table, order.executionId);
  const file = path.resolve(order.folder, name);
  const begun = begunName(file);
  const ids: string[] = [];
  const written = await rowFiles.write(
    begun,
    {
      query: `select ${columns.map((name) => `t.${quoteName(name)}`).join(', ')} ${source} order by t.id`,
      columns,
      about: { kind: 'retained rows', model, executionId: order.executionId },
      recipients: order.recipients,
    },
    (line) => ids.push(line.toString('latin1', 0, 36)),
  );
  let read = 0;
  const key = { identity: written.identity };
  const back = await rowFiles.read(begun, key, (line) => {
    if (line.toString('latin1', 0, 36) === ids[read]) read += 1;
  });
  if (back.sha256 !== written.sha256 || read !== ids.length || back.rows !== ids.length) {
    await setAside(file);
    throw rowsUnproven(model);
  }
  await trail.record({
    ...{ eventType: 'RETENTION', action: 'E', outcome: 'SUCCESS' },
    ...{ resourceType: model, recordCount: ids.length },
    reason: `${name} sha256:${written.sha256}`,
  });
  await nameFile(file);
  return { ids, file: name };
}
