import type { CommandResult } from '../command/package-command.ts';
import type { PolicyReport } from './policy-report.ts';

/** A report for people: a line for each policy, one for each table that has candidates. */
export function renderRetention(reports: readonly PolicyReport[], dryRun: boolean): CommandResult {
  return {
    data: { dryRun, policies: reports },
    text: reports.map(render).join('\n'),
    state: 'done',
  };
}

function render({
  policy,
  cutoff,
  tables,
  archived,
  deleted,
  heldBack,
  certificate,
  notes,
}: PolicyReport): string {
  const lines = tables
    .filter(({ candidates }) => candidates > 0)
    .map(
      ({ model, candidates, going, held, minors, keptLonger, named }) =>
        `  ${model}: ${candidates} due, ${going} may go; kept: ${held} held, ${minors} of minors, ${keptLonger} by a longer rule, ${named} named by others`,
    );
  return [
    `${policy}: began until ${cutoff}; archived ${archived}, deleted ${deleted}, held back ${heldBack}`,
    ...lines,
    ...notes.map((note) => `  ${note}`),
    ...(certificate === null ? [] : [`  certificate: ${certificate}`]),
  ].join('\n');
}
