import { manifestModels, Prisma, type Transaction } from '@holovitals/database';
import type { Chart } from '../patients/chart.ts';
import { referenceMissing } from '../errors.ts';
import { prismaCode } from '../resources/prisma-code.ts';
import type { RecordKind } from './record-kind.ts';

/** A row of the record as the client reads it. */
export type RecordRow = Readonly<Record<string, unknown>> & { readonly id: string };

/** The part of a model's client that all kinds of rows share; the fields are the kind's own. */
interface RecordDelegate {
  create(args: object): Promise<RecordRow>;
  update(args: object): Promise<RecordRow>;
  findFirst(args: object): Promise<RecordRow | null>;
}

function delegate(tx: Transaction, { model }: RecordKind): RecordDelegate {
  const name = `${model.charAt(0).toLowerCase()}${model.slice(1)}` as 'encounter';
  return tx[name];
}

/** Reads one row, with the row that corrects it. */
export function findRecord(
  tx: Transaction,
  kind: RecordKind,
  { patientIds }: Chart,
  id: string,
  select: Readonly<Record<string, true>>,
): Promise<RecordRow | null> {
  return delegate(tx, kind).findFirst({
    where: { id, patientId: { in: [...patientIds] }, ...kind.where },
    select: { ...select, supersededBy: { select: { id: true } } },
  });
}

/** Locks a row against others who correct it; false where the caller may not change it. */
export async function lockRecord(
  tx: Transaction,
  { model }: RecordKind,
  id: string,
): Promise<boolean> {
  const table = Prisma.raw(`"${manifestModels().get(model)?.table ?? ''}"`);
  const rows = await tx.$queryRaw<unknown[]>(
    Prisma.sql`select id from ${table} where id = ${id}::uuid for update`,
  );
  return rows.length === 1;
}

/**
 * Adds a row.
 *
 * @throws CodedError `CLINICAL.REFERENCE_MISSING`
 */
export async function insertRecord(
  tx: Transaction,
  kind: RecordKind,
  data: Readonly<Record<string, unknown>>,
  select: Readonly<Record<string, true>>,
): Promise<RecordRow> {
  try {
    return await delegate(tx, kind).create({ data, select });
  } catch (error) {
    throw namedReference(error, kind);
  }
}

/** Marks a row as entered in error. */
export async function markInError(
  tx: Transaction,
  kind: RecordKind,
  id: string,
  version: number,
  now: Date,
): Promise<void> {
  await delegate(tx, kind).update({
    where: { id },
    data: { ...kind.inError, enteredInErrorAt: now, version },
    select: { id: true },
  });
}

/** A foreign key that finds nothing, as the field that holds it; the driver's text stays behind. */
function namedReference(error: unknown, { noun, model }: RecordKind): unknown {
  if (prismaCode(error) !== 'P2003') return error;
  const told = JSON.stringify((error as { meta?: unknown }).meta ?? {});
  const [field] = (manifestModels().get(model)?.fields ?? [])
    .filter(({ column }) => /.+_id$/.test(column) && column !== 'patient_id')
    .filter(({ column }) => new RegExp(`[_"]${column}[_"]`).test(told))
    .sort((one, other) => other.column.length - one.column.length);
  return referenceMissing(noun, field?.name ?? 'A reference');
}
