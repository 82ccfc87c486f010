import { createClient } from '@holovitals/database';
import { openTrail } from '../audit/open-trail.ts';
import type { CommandContext } from '../command/package-command.ts';
import { countCells, noteCells, type SmallCells } from './count-cells.ts';
import { enterDisclosures } from './enter-disclosures.ts';
import { beginFolder, type ExportFolder } from './export-folder.ts';
import { profileWord, type ExportProfile } from './export-profile.ts';
import type { LimitedPurpose } from './limited-purpose.ts';
import { PATIENT, planExport, type ExportedTable } from './plan-export.ts';
import { prepareAliases } from './prepare-aliases.ts';
import { readPortions } from './read-portions.ts';
import type { DateRelease } from './release-date.ts';
import { releaseRow, type ColumnTally, type RowRelease } from './release-row.ts';
import { openShiftKey, shiftOf } from './shift-dates.ts';

/** Version of the rules by which values leave. */
const RULES_VERSION = '1';
const OVER_89_YEARS = 90;

/** What to export, and where to. */
export interface ExportOrder {
  readonly profile: ExportProfile;
  /** Null: nothing is written, only counted. */
  readonly folder: string | null;
  /** The organisation whose charts they are; null for all. */
  readonly organizationId: string | null;
  /** Under which a limited data set leaves, and what for. */
  readonly agreementId: string | null;
  readonly purpose: LimitedPurpose | null;
  readonly shiftKeyFile: string | null;
  /** Who approved it; null for a dry run. */
  readonly approvedById: string | null;
}

/** What became of a table. */
export interface TableReport {
  readonly table: string;
  readonly rows: number;
  readonly columns: Readonly<Record<string, ColumnTally>>;
  /** Fields that no rule lets go. */
  readonly withheld: readonly string[];
}

/** What an export came to; it names nobody, and stands beside the rows as `report.json`. */
export interface ExportReport {
  readonly profile: string;
  readonly rulesVersion: string;
  readonly year: number;
  readonly isDryRun: boolean;
  readonly rows: number;
  readonly smallCells: SmallCells;
  readonly tables: readonly TableReport[];
}

/**
 * Exports records without those whom they are about: a file of JSON lines for each table, from one
 * snapshot, a portion in memory at a time. The audit trail says so before anything leaves and after.
 *
 * @throws CodedError `COMPLIANCE.COLUMN_UNCLASSIFIED`, `COMPLIANCE.EXPORT_FOLDER_TAKEN`,
 *   `COMPLIANCE.EXPORT_UNWRITTEN`, `COMPLIANCE.SHIFT_KEY_INVALID`
 */
export async function carryOutExport(
  context: CommandContext,
  order: ExportOrder,
): Promise<ExportReport> {
  const tables = await planExport(context);
  if (order.folder === null) return await inSnapshot(context, order, tables, null);
  const folder = await beginFolder(order.folder);
  try {
    const record = await openRecord(context, order);
    await record('SUCCESS', 'began');
    try {
      const report = await inSnapshot(context, order, tables, folder);
      await folder.append('report.json', [JSON.stringify(report, null, 2)]);
      await record('SUCCESS', 'made', report.rows);
      await folder.finish();
      return report;
    } catch (error) {
      await record('MINOR_FAILURE', 'broke off').catch(() => undefined);
      throw error;
    }
  } catch (error) {
    await folder.discard();
    throw error;
  }
}

async function openRecord(context: CommandContext, order: ExportOrder) {
  const { profile, agreementId, approvedById, organizationId } = order;
  const trail = await openTrail(context, null);
  const charts = organizationId === null ? 'all charts' : `charts of ${organizationId}`;
  return async (
    outcome: 'SUCCESS' | 'MINOR_FAILURE',
    deed: string,
    recordCount = 0,
  ): Promise<void> =>
    trail.record({
      ...{ eventType: 'PHI_EXPORT', action: 'E', outcome, recordCount },
      ...(approvedById !== null && { userId: approvedById }),
      ...(agreementId === null
        ? { resourceType: 'Patient' }
        : { resourceType: 'LegalAgreement', resourceId: agreementId }),
      reason: `${deed} an export as ${profileWord(profile)} of ${charts}`,
    });
}

/**
 * Reads in one snapshot, which ends with it. Nothing in the database changes, but that the disclosures
 * of a limited data set are entered once its rows are written.
 */
async function inSnapshot(
  context: CommandContext,
  order: ExportOrder,
  tables: readonly ExportedTable[],
  folder: ExportFolder | null,
): Promise<ExportReport> {
  const { session } = context;
  const release = await openRelease(context, order);
  const encryptionKey = process.env['ENCRYPTION_KEY'] ?? '';
  const db = createClient({
    ...{ url: context.url, applicationName: 'migrator', maxConnections: 1 },
    ...(encryptionKey !== '' && { encryptionKey }),
  });
  await session.query('begin isolation level repeatable read');
  try {
    await prepareAliases(session, tables, order);
    const reports: TableReport[] = [];
    for (const table of tables) {
      const tallies = startTallies(table);
      const file = `${table.table}.ndjson`;
      let rows = 0;
      await folder?.append(file, []);
      for await (const portion of readPortions(session, tables, table)) {
        const lines: Readonly<Record<string, unknown>>[] = [];
        for (const row of await db.$codec.openRows(table.model, portion)) {
          lines.push(await releaseRow(table, row, release, tallies));
        }
        await folder?.append(
          file,
          lines.map((line) => JSON.stringify(line)),
        );
        if (table.model === PATIENT) await noteCells(session, lines);
        rows += lines.length;
        context.progress(`${table.table}: ${rows} row(s)`);
      }
      const { withheld } = table;
      reports.push({ table: table.table, rows, columns: Object.fromEntries(tallies), withheld });
    }
    const report = {
      ...{ profile: profileWord(order.profile), rulesVersion: RULES_VERSION },
      ...{ year: context.now.getUTCFullYear(), isDryRun: folder === null },
      rows: reports.reduce((sum, { rows }) => sum + rows, 0),
      smallCells: await countCells(session),
      tables: reports,
    };
    const { agreementId, purpose, approvedById } = order;
    if (folder !== null && agreementId !== null && purpose !== null) {
      await enterDisclosures(session, { agreementId, purpose, approvedById });
      await session.query('commit');
    }
    return report;
  } finally {
    await session.query('rollback').catch(() => undefined);
    await db.$disconnect();
  }
}

async function openRelease(
  { now }: Pick<CommandContext, 'now'>,
  { profile, shiftKeyFile, folder }: ExportOrder,
): Promise<RowRelease> {
  const oldestYear = now.getUTCFullYear() - OVER_89_YEARS;
  const isLimited = profile === 'LIMITED_DATA_SET';
  if (profile !== 'DATE_SHIFT') {
    const dates: DateRelease = { manner: isLimited ? 'whole' : 'year', oldestYear };
    return { isLimited, datesOf: () => dates };
  }
  const key = await openShiftKey(folder === null ? null : shiftKeyFile);
  return {
    isLimited,
    datesOf: (person) => ({ manner: { days: shiftOf(key, person) }, oldestYear }),
  };
}

function startTallies({ columns }: ExportedTable): Map<string, ColumnTally> {
  return new Map(
    columns.map(({ name, rule }) => [name, { rule, kept: 0, generalized: 0, dropped: 0 }]),
  );
}
