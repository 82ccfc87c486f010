import { Prisma, type Transaction } from '@holovitals/database';
import { readCursor, writeCursor } from '../audit/trail-cursor.ts';
import type { AccountedDisclosure, Disclosure } from './disclosure.schema.ts';

type Row = Prisma.DisclosureGetPayload<object>;

/** What the caller may do with the disclosures of a patient. */
export interface DisclosureRights {
  /** All of them, for officers. */
  readonly mayRead: boolean;
  readonly mayRecord: boolean;
  /** The patient, and the records that are linked with it. */
  readonly patientIds: readonly string[];
}

/** Asks the database what the caller may do with the disclosures of a patient. */
export async function askDisclosureRights(
  tx: Transaction,
  patientId: string,
): Promise<DisclosureRights> {
  const [rights] = await tx.$queryRaw<DisclosureRights[]>(Prisma.sql`
    select may_read_disclosures(${patientId}::uuid) as "mayRead",
      may_record_disclosures(${patientId}::uuid) as "mayRecord",
      linked_patients(${patientId}::uuid) as "patientIds"`);
  return rights ?? { mayRead: false, mayRecord: false, patientIds: [] };
}

/** The days of an accounting, in the time zone where the chart is kept, and the instants they span. */
export interface AccountingPeriod {
  readonly isOpen: boolean;
  readonly patientIds: readonly string[];
  readonly from: string;
  readonly to: string;
  /** The first instant of `from`. */
  readonly begin: Date;
  /** The first instant after `to`. */
  readonly end: Date;
}

/**
 * Asks whether the accounting opens to the caller, and for which days: those asked for, six calendar
 * years before today at most (45 CFR 164.528(a)(1)).
 */
export async function askAccountingPeriod(
  tx: Transaction,
  patientId: string,
  { from, to, now }: { from: string | undefined; to: string | undefined; now: Date },
): Promise<AccountingPeriod | undefined> {
  const [period] = await tx.$queryRaw<AccountingPeriod[]>(Prisma.sql`
    with place as (
      select coalesce((select timezone from organizations
        where id = keeper_of_chart(${patientId}::uuid)), 'UTC') as zone),
    today as (
      select zone, (${now}::timestamptz at time zone zone)::date as day from place),
    period as (
      select zone, greatest(${from ?? null}::date, (day - interval '6 years')::date) as first,
        least(${to ?? null}::date, day) as last from today)
    select may_read_accounting(${patientId}::uuid) as "isOpen",
      linked_patients(${patientId}::uuid) as "patientIds",
      first::text as "from", last::text as "to",
      first::timestamp at time zone zone as "begin",
      (last + 1)::timestamp at time zone zone as "end"
    from period`);
  return period;
}

/** One page of disclosures, newest first. */
export async function findDisclosures(
  tx: Transaction,
  where: Prisma.DisclosureWhereInput,
  { limit, after }: { limit: number; after?: string | undefined },
): Promise<{ readonly rows: readonly Row[]; readonly next: string | null }> {
  const place = after === undefined ? undefined : readCursor(after);
  const older: Prisma.DisclosureWhereInput[] =
    place === undefined
      ? []
      : [
          { disclosedAt: { lte: place.timestamp } },
          {
            OR: [
              { disclosedAt: { lt: place.timestamp } },
              { disclosedAt: place.timestamp, id: { lt: place.id } },
            ],
          },
        ];
  const found = await tx.disclosure.findMany({
    where: { AND: [where, ...older] },
    orderBy: [{ disclosedAt: 'desc' }, { id: 'desc' }],
    take: limit + 1,
  });
  const rows = found.slice(0, limit);
  const last = found.length > limit ? rows.at(-1) : undefined;
  return {
    rows,
    next: last === undefined ? null : writeCursor({ timestamp: last.disclosedAt, id: last.id }),
  };
}

/** A disclosure as the accounting tells it. */
export function accounted(row: Row): AccountedDisclosure {
  const { recurringFirst, recurringLast, recurringFrequency } = row;
  return {
    id: row.id,
    disclosedAt: row.disclosedAt.toISOString(),
    recipientName: row.recipientName,
    recipientAddress: row.recipientAddress,
    description: row.description,
    purpose: row.purpose,
    legalBasis: row.legalBasis as AccountedDisclosure['legalBasis'],
    isPart2: row.isPart2,
    series:
      recurringFirst === null || recurringLast === null || recurringFrequency === null
        ? null
        : { first: day(recurringFirst), last: day(recurringLast), frequency: recurringFrequency },
  };
}

/** A disclosure as officers see it. */
export function shownDisclosure(row: Row): Disclosure {
  return {
    ...accounted(row),
    patientId: row.patientId,
    disclosedById: row.disclosedById,
    recipientId: row.recipientId,
    purposeOfUse: row.purposeOfUse,
    isAccountable: row.isAccountable,
    suspendedUntil: row.suspendedUntil?.toISOString() ?? null,
    consentId: row.consentId,
    sourceJobId: row.sourceJobId,
  };
}

const day = (date: Date) => date.toISOString().slice(0, 10);
