import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { v7 as uuidV7 } from 'uuid';
import type { Trail } from '../audit/open-trail.ts';
import { quoteName, type CommandContext } from '../command/package-command.ts';
import { archiveUnproven } from '../errors.ts';
import { begunName, nameFile, setAside } from '../files/begun-files.ts';
import { nameArchive } from './archive-files.ts';
import { inDays, type ArchiveManifest, type AuditMonth } from './audit-months.ts';
import { readColumns, sealMonth } from './seal-month.ts';
import { LEADING_COLUMNS, summarizeRows, type RowsSummary } from './summarize-rows.ts';

/** Where archives go, and for whom. */
export interface ArchiveOrder {
  readonly folder: string;
  readonly recipients: readonly string[];
}

/** What stands in the file before the rows. */
export interface AboutArchive {
  readonly kind: 'audit month';
  readonly partition: string;
  readonly periodStart: string;
  readonly periodEnd: string;
}

/**
 * Seals a month, writes its rows to a new encrypted file, reads the file back, and records it: a
 * manifest exists only of a file whose rows, opened again, had the same number and Merkle root. The
 * file has its name once it is recorded.
 *
 * @param retainUntil the day before which the file may not be destroyed
 * @throws CodedError `COMPLIANCE.ARCHIVE_UNPROVEN`, and those of files of rows
 */
export async function exportMonth(
  context: CommandContext,
  trail: Trail,
  month: AuditMonth,
  { folder, recipients, retainUntil }: ArchiveOrder & { readonly retainUntil: Date },
): Promise<ArchiveManifest> {
  const { session, rowFiles } = context;
  await sealMonth(context, month);
  const columns = await readColumns(context, month, LEADING_COLUMNS);
  const sealedAt = new Date();
  const file = path.resolve(folder, await nameArchive(context, month.partition, sealedAt));
  const about: AboutArchive = {
    kind: 'audit month',
    partition: month.partition,
    periodStart: month.start.toISOString(),
    periodEnd: month.end.toISOString(),
  };
  const query = `select ${columns.map(quoteName).join(', ')} from only ${month.table} order by shard, seq`;
  const exported = summarizeRows();
  const begun = begunName(file);
  const written = await rowFiles.write(begun, { query, columns, about, recipients }, (line) =>
    exported.take(line),
  );
  const summary = exported.end();
  context.progress(`${month.partition}: reading the archive back`);
  const readBack = summarizeRows();
  const read = await rowFiles.read(begun, { identity: written.identity }, (line) =>
    readBack.take(line),
  );
  const { rows, merkleRoot } = readBack.end();
  if (
    read.sha256 !== written.sha256 ||
    ![rows, read.rows, written.rows].every((count) => count === summary.rows) ||
    merkleRoot !== summary.merkleRoot
  ) {
    await setAside(file);
    throw archiveUnproven('Read back, its rows are not those that were written.');
  }
  const manifest: ArchiveManifest = {
    id: uuidV7(),
    rows: String(summary.rows),
    merkleRoot: summary.merkleRoot,
    storageUri: pathToFileURL(file).href,
    sha256: written.sha256,
    isVerified: true,
  };
  await context.inTransaction(`recording ${month.partition}`, async () => {
    await session.query(INSERT, [
      ...[manifest.id, month.partition, month.start.toISOString(), month.end.toISOString()],
      ...[JSON.stringify(summary.shardRanges), manifest.rows, manifest.merkleRoot],
      ...[manifest.storageUri, manifest.sha256, await findKey(context, summary)],
      ...[sealedAt.toISOString(), new Date().toISOString(), inDays(retainUntil)],
    ]);
    await trail.record({
      ...{ eventType: 'RETENTION', action: 'E', outcome: 'SUCCESS' },
      ...{ resourceType: 'AuditLogArchive', resourceId: manifest.id, recordCount: summary.rows },
      reason: `exported ${month.partition} and read it back`,
    });
  });
  await nameFile(file);
  return manifest;
}

const INSERT = `
insert into audit_log_archives (id, partition, period_start, period_end, shard_ranges, row_count,
  merkle_root, storage_uri, sha256, key_id, sealed_at, verified_at, retain_until)
values ($1, $2, $3, $4, $5, $6, decode($7, 'hex'), $8, decode($9, 'hex'), $10, $11,
  greatest($11::timestamptz, $12::timestamptz), $13)`;

/** The key that hashed the month's newest rows: without it their hashes prove nothing any more. */
async function findKey(
  { session }: CommandContext,
  { keyVersion }: RowsSummary,
): Promise<string | undefined> {
  const { rows } = await session.query<{ id: string }>(
    `select id from encryption_keys where purpose = 'AUDIT_MAC'
     order by version is not distinct from $1::int desc, version desc limit 1`,
    [keyVersion],
  );
  return rows[0]?.id;
}
