import { z } from 'zod';
import { openTrail } from '../audit/open-trail.ts';
import { quoteName, type CommandContext } from '../command/package-command.ts';
import { archiveUnlisted, archiveUnproven, restoreTargetRefused } from '../errors.ts';
import { summarizeRows, type RowsSummary } from './summarize-rows.ts';

/** What to restore, and where. */
export interface RestoreOrder {
  readonly file: string;
  readonly identityFiles: readonly string[];
  readonly schema: string;
  readonly isDryRun: boolean;
  /** Take the file at its word where no manifest of the database names it. */
  readonly isUnlisted: boolean;
  /** What it is for; it stands in the audit trail. */
  readonly reason: string | null;
}

/** What a file was found to hold, and the table its rows are in now. */
export interface RestoredArchive {
  readonly partition: string;
  readonly rows: number;
  readonly merkleRoot: string;
  /** A manifest of this database names the file. */
  readonly isListed: boolean;
  /** Quoted; null after a dry run. */
  readonly table: string | null;
}

/** Schemas that others own. */
const OWNED = /^(public|audit_partitions|migrator|information_schema|pg_.*)$/;

const aboutSchema = z.object({
  kind: z.literal('audit month'),
  partition: z.string().regex(/^audit_logs_\d{4}_\d{2}$/),
});

/**
 * Proves an archive, and loads its rows into a table of a schema of its own, for an investigation.
 * The application role has no right on it; drop the table when the investigation is over.
 *
 * @throws CodedError `COMPLIANCE.ARCHIVE_UNLISTED`, `COMPLIANCE.ARCHIVE_UNPROVEN`,
 *   `COMPLIANCE.RESTORE_TARGET_REFUSED`
 */
export async function restoreArchive(
  context: CommandContext,
  order: RestoreOrder,
): Promise<RestoredArchive> {
  const { file, identityFiles, schema } = order;
  if (OWNED.test(schema)) throw restoreTargetRefused(schema, 'It belongs to others.');
  const key = { files: identityFiles };
  const rows = summarizeRows();
  const read = await context.rowFiles.read(file, key, (line) => rows.take(line));
  const summary = rows.end();
  const about = aboutSchema.safeParse(read.head.about);
  if (!about.success) throw archiveUnproven('It is no archive of the audit log.');
  const { partition } = about.data;
  const found = await findManifest(context, read.sha256);
  if (found === null && !order.isUnlisted) throw archiveUnlisted();
  if (found !== null) compare(found, partition, summary);
  const result = {
    ...{ partition, rows: summary.rows, merkleRoot: summary.merkleRoot },
    isListed: found !== null,
  };
  if (order.isDryRun) return { ...result, table: null };

  const trail = await openTrail(context, null);
  const table = `${quoteName(schema)}.${quoteName(partition)}`;
  await context.inTransaction(`the restoration of ${partition}`, async () => {
    await makeTable(context, { schema, partition, table }, read.head.columns);
    const loaded = await context.rowFiles.load(file, key, { table, columns: read.head.columns });
    if (loaded.sha256 !== read.sha256) throw archiveUnproven('It changed while it was read.');
    await trail.record({
      ...{ eventType: 'BACKUP_RESTORE', action: 'E', outcome: 'SUCCESS' },
      ...{ resourceType: 'AuditLogArchive', recordCount: summary.rows },
      ...(found !== null && { resourceId: found.id }),
      reason: order.reason ?? `restored ${partition}`,
    });
  });
  return { ...result, table };
}

interface Manifest {
  readonly id: string;
  readonly partition: string;
  readonly rows: string;
  readonly merkleRoot: string;
}

async function findManifest({ session }: CommandContext, sha256: string): Promise<Manifest | null> {
  const { rows } = await session.query<Manifest>(
    `select id, partition, row_count::text as rows, encode(merkle_root, 'hex') as "merkleRoot"
     from audit_log_archives where sha256 = decode($1, 'hex')`,
    [sha256],
  );
  return rows[0] ?? null;
}

function compare(manifest: Manifest, partition: string, { rows, merkleRoot }: RowsSummary): void {
  if (
    manifest.partition !== partition ||
    manifest.rows !== String(rows) ||
    manifest.merkleRoot !== merkleRoot
  ) {
    throw archiveUnproven('Its rows are not those that its manifest in the database names.');
  }
}

/** Types are those that the columns have today; a column that is gone is text. */
async function makeTable(
  { session }: CommandContext,
  { schema, partition, table }: { schema: string; partition: string; table: string },
  columns: readonly string[],
): Promise<void> {
  const { rows } = await session.query<{ name: string; type: string }>(
    `select attname as name, format_type(atttypid, atttypmod) as type from pg_attribute
     where attrelid = 'public.audit_logs'::regclass and attnum > 0 and not attisdropped`,
  );
  const types = new Map(rows.map(({ name, type }) => [name, type]));
  const { rows: there } = await session.query(`select from pg_class where oid = to_regclass($1)`, [
    table,
  ]);
  if (there.length > 0) {
    throw restoreTargetRefused(schema, `It has a table ${partition} already.`);
  }
  await session.query(`create schema if not exists ${quoteName(schema)}`);
  const parts = columns.map((name) => `${quoteName(name)} ${types.get(name) ?? 'text'}`);
  await session.query(`create table ${table} (${parts.join(', ')})`);
}
