import type { Session } from '../command/package-command.ts';

/** The schema of the audit log's partitions. */
export const PARTITION_SCHEMA = 'audit_partitions';

/** Names of monthly partitions; groups: year, month. */
const MONTH_NAME = /^audit_logs_(\d{4})_(0[1-9]|1[0-2])$/;

/** A month of the audit log whose rows are in the database. */
export interface AuditMonth {
  /** Name of the partition, without its schema. */
  readonly partition: string;
  /** Quoted, with its schema. */
  readonly table: string;
  /** First day, and first day after it, as midnight in UTC. */
  readonly start: Date;
  readonly end: Date;
  readonly isAttached: boolean;
  /** Its bounds are those of the month that it is named for. */
  readonly isWhole: boolean;
  /** The manifest of its archive, where one was written. */
  readonly manifest: ArchiveManifest | null;
}

/** What `AuditLogArchive` says of a month. */
export interface ArchiveManifest {
  readonly id: string;
  readonly rows: string;
  readonly merkleRoot: string;
  readonly storageUri: string;
  readonly sha256: string;
  readonly isVerified: boolean;
}

interface MonthRow {
  readonly partition: string;
  readonly table: string;
  readonly bounds: string | null;
  readonly isAttached: boolean;
  readonly manifest: ArchiveManifest | null;
}

/** Reads the months whose partitions stand, the oldest first. */
export async function readAuditMonths({ session }: { readonly session: Session }) {
  const { rows } = await session.query<MonthRow>(
    `select c.relname as partition, format('%I.%I', n.nspname, c.relname) as "table",
       pg_get_expr(c.relpartbound, c.oid) as bounds, i.inhrelid is not null as "isAttached",
       case when a.id is not null then json_build_object(
         'id', a.id, 'rows', a.row_count::text, 'merkleRoot', encode(a.merkle_root, 'hex'),
         'storageUri', a.storage_uri, 'sha256', encode(a.sha256, 'hex'),
         'isVerified', a.verified_at is not null) end as manifest
     from pg_class c
     join pg_namespace n on n.oid = c.relnamespace
     left join pg_inherits i on i.inhrelid = c.oid and i.inhparent = 'public.audit_logs'::regclass
     left join audit_log_archives a on a.partition = c.relname
     where n.nspname = $1 and c.relkind = 'r'
     order by c.relname`,
    [PARTITION_SCHEMA],
  );
  return rows.flatMap((row) => toMonth(row) ?? []);
}

function toMonth({ bounds, ...row }: MonthRow): AuditMonth | null {
  const [, year, month] = MONTH_NAME.exec(row.partition) ?? [];
  if (year === undefined || month === undefined) return null;
  const start = new Date(Date.UTC(Number(year), Number(month) - 1, 1));
  const end = new Date(Date.UTC(Number(year), Number(month), 1));
  const asWritten = [start, end].map((day) => `('${inDays(day)} 00:00:00+00')`).join(' TO ');
  return {
    ...row,
    start,
    end,
    isWhole: bounds === null || bounds === `FOR VALUES FROM ${asWritten}`,
  };
}

/** A day as SQL and people write it. */
export function inDays(day: Date): string {
  return day.toISOString().slice(0, 10);
}
