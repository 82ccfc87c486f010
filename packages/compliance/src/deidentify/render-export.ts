import type { CommandResult } from '../command/package-command.ts';
import type { ExportReport, TableReport } from './carry-out-export.ts';

/** A report for people. */
export function renderExport(data: ExportReport): CommandResult {
  const { smallCells, rows, isDryRun, profile } = data;
  const k = smallCells.k ?? 0;
  return {
    data,
    text: [
      ...data.tables.filter((table) => table.rows > 0).map(tableLine),
      `${isDryRun ? 'would be ' : 'done     '} ${rows} row(s) as ${profile}`,
      `cells     k = ${k}: the smallest of ${smallCells.classes} group(s) of people of whom the same is told; ${smallCells.peopleInSmall} person(s) in groups under 11`,
    ].join('\n'),
    state: 'done',
  };
}

function tableLine({ table, rows, columns, withheld }: TableReport): string {
  const tallies = Object.values(columns);
  const generalized = tallies.reduce((sum, tally) => sum + tally.generalized, 0);
  const dropped = tallies.reduce((sum, tally) => sum + tally.dropped, 0);
  return `${table}: ${rows} row(s), ${generalized} value(s) made coarser, ${dropped} dropped, ${withheld.length} column(s) left out`;
}
