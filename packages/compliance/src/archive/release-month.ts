import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Trail } from '../audit/open-trail.ts';
import type { CommandContext } from '../command/package-command.ts';
import { archiveLost, monthChanged } from '../errors.ts';
import { nameIfBegun } from '../files/begun-files.ts';
import { findMonthHolds } from '../holds/find-month-holds.ts';
import { keepHoldsOut } from '../holds/keep-holds-out.ts';
import type { ArchiveManifest, AuditMonth } from './audit-months.ts';
import { isSealed } from './seal-month.ts';

/** A month with its archive, and the policies that let it go. */
export interface ArchivedMonth {
  readonly month: AuditMonth;
  readonly manifest: ArchiveManifest;
  readonly policyIds: readonly string[];
}

/**
 * Takes an archived month out of the database, if its file lies where its manifest says, it still
 * holds what was archived, and no hold was placed meanwhile. Detaching, dropping, the manifest's
 * `detachedAt` and the audit row are one transaction: cut off, none of them happened. The whole log
 * is locked for it, for the milliseconds that a change of the catalog takes, whatever the log holds;
 * CONCURRENTLY is not to be had beside a default partition.
 *
 * @returns the holds that kept it
 * @throws CodedError `COMPLIANCE.ARCHIVE_LOST`, `COMPLIANCE.MONTH_CHANGED`
 */
export async function releaseMonth(
  context: CommandContext,
  trail: Trail,
  { month, manifest, policyIds }: ArchivedMonth,
): Promise<string[]> {
  const { session } = context;
  await assertFile(month.partition, manifest);
  const { rows: counted } = await session.query<{ rows: string }>(
    `select count(*)::text as rows from only ${month.table}`,
  );
  if (counted[0]?.rows !== manifest.rows) throw monthChanged(month.partition);
  return context.inTransaction(`the detachment of ${month.partition}`, async () => {
    await keepHoldsOut(session);
    const holds = await findMonthHolds(session, { ...month, manifest }, policyIds);
    if (holds.length > 0) return holds;
    if (!(await isSealed(context, month))) throw monthChanged(month.partition);
    if (month.isAttached) {
      await session.query(`alter table public.audit_logs detach partition ${month.table}`);
    }
    await session.query(`drop table ${month.table}`);
    await session.query(
      `update audit_log_archives set detached_at = greatest(now(), verified_at) where id = $1`,
      [manifest.id],
    );
    await trail.record({
      ...{ eventType: 'RETENTION', action: 'D', outcome: 'SUCCESS' },
      ...{ resourceType: 'AuditLogArchive', resourceId: manifest.id },
      recordCount: Number(manifest.rows),
      reason: `took ${month.partition} out of the database`,
    });
    return [];
  });
}

async function assertFile(partition: string, manifest: ArchiveManifest): Promise<void> {
  const hash = createHash('sha256');
  const file = fileURLToPath(manifest.storageUri);
  try {
    await nameIfBegun(file);
    for await (const piece of createReadStream(file)) {
      hash.update(piece as Buffer);
    }
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'an error';
    throw archiveLost(partition, `The system answered ${reason}.`);
  }
  if (hash.digest('hex') !== manifest.sha256) {
    throw archiveLost(
      partition,
      'Another file lies there: its SHA-256 is not that of the archive.',
    );
  }
}
