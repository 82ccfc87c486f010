import { fileURLToPath } from 'node:url';
import { openTrail } from '../audit/open-trail.ts';
import type { CommandContext, CommandResult } from '../command/package-command.ts';
import { archiveRunning } from '../errors.ts';
import { settleArchives } from './archive-files.ts';
import type { AuditMonth } from './audit-months.ts';
import { exportMonth, type ArchiveOrder } from './export-month.ts';
import { describeHolds, judgeMonths, type JudgedMonths, type KeptMonth } from './judge-months.ts';
import { releaseMonth } from './release-month.ts';

/** A month that left the database. */
export interface ArchivedFile {
  readonly partition: string;
  readonly rows: number;
  readonly merkleRoot: string;
  readonly file: string;
  /** Milliseconds that the month was sealed, exported and proven in, and that it was removed in. */
  readonly exportMs: number;
  readonly removeMs: number;
}

/** What a run of the archive came to. */
export interface ArchiveReport {
  readonly archived: readonly ArchivedFile[];
  readonly kept: readonly KeptMonth[];
  readonly nextDue: string | null;
}

/**
 * Archives each month of the audit log whose retention is over: sealed, exported, read back,
 * recorded, and taken out of the database. Killed, it is run again: a month whose manifest stands is
 * not exported twice, and one without a manifest is exported anew; the file of the first attempt is
 * removed.
 *
 * @throws CodedError `COMPLIANCE.ARCHIVE_RUNNING`, `COMPLIANCE.ARCHIVE_POLICY_MISSING`,
 *   `COMPLIANCE.ARCHIVE_UNPROVEN`, `COMPLIANCE.ARCHIVE_LOST`, `COMPLIANCE.MONTH_CHANGED`
 */
export async function archiveMonths(
  context: CommandContext,
  order: ArchiveOrder,
): Promise<ArchiveReport> {
  await refuseSecond(context);
  await settleArchives(context, order.folder);
  const { due, kept, nextDue, policyIds } = await judgeMonths(context);
  if (due.length === 0) return { archived: [], kept, nextDue };
  const trail = await openTrail(context, null);
  const archived: ArchivedFile[] = [];
  const heldMeanwhile: KeptMonth[] = [];
  for (const [at, { month, retainUntil }] of due.entries()) {
    context.say(`${at + 1} of ${due.length}: ${month.partition}`);
    const begun = performance.now();
    const manifest =
      month.manifest ?? (await exportMonth(context, trail, month, { ...order, retainUntil }));
    const exported = performance.now();
    const holds = await releaseMonth(context, trail, { month, manifest, policyIds });
    const why = describeHolds(holds);
    if (why !== null) {
      heldMeanwhile.push({ partition: month.partition, why });
      continue;
    }
    archived.push({
      ...{ partition: month.partition, rows: Number(manifest.rows) },
      ...{ merkleRoot: manifest.merkleRoot, file: fileURLToPath(manifest.storageUri) },
      exportMs: Math.round(exported - begun),
      removeMs: Math.round(performance.now() - exported),
    });
  }
  return { archived, kept: [...kept, ...heldMeanwhile], nextDue };
}

/** What {@link archiveMonths} would do. */
export async function previewArchive(context: CommandContext) {
  const judged = await judgeMonths(context);
  const due = [];
  for (const { month } of judged.due) due.push(await countRows(context, month));
  return { dryRun: true, due, kept: judged.kept, nextDue: judged.nextDue };
}

/** A report for people. */
export function renderArchive({ archived, kept, nextDue }: ArchiveReport): CommandResult {
  const lines = archived.map(
    ({ partition, rows, file }) => `archived  ${partition}: ${rows} row(s) in ${file}`,
  );
  return {
    data: { archived, kept, nextDue },
    text: [...lines, ...renderKept({ kept, nextDue })].join('\n'),
    state: 'done',
  };
}

/** What stays, and when there is more to do. */
export function renderKept({ kept, nextDue }: Pick<JudgedMonths, 'kept' | 'nextDue'>): string[] {
  return [
    ...kept.map(({ partition, why }) => `kept      ${partition}: ${why}`),
    ...(nextDue === null ? [] : [`next      the month after is due on ${nextDue}`]),
  ];
}

async function countRows({ session }: CommandContext, { partition, table, manifest }: AuditMonth) {
  const { rows } = await session.query<{ rows: number }>(
    `select count(*)::float8 as rows from only ${table}`,
  );
  return { partition, rows: rows[0]?.rows ?? 0, isExported: manifest !== null };
}

async function refuseSecond({ session }: CommandContext): Promise<void> {
  const { rows } = await session.query<{ locked: boolean }>(
    `select pg_try_advisory_lock(hashtextextended('audit_logs archive', 0)) as locked`,
  );
  if (rows[0]?.locked !== true) throw archiveRunning();
}
