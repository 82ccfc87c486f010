import { findDrift, type Drift, type DriftReport } from '../drift/find-drift.ts';
import { writeFix } from '../drift/write-fix.ts';
import { resolveTarget } from '../environment/database-target.ts';
import { openWorkspace } from '../environment/workspace.ts';
import { printData, printJson, talk } from '../output.ts';

export async function drift(options: {
  readonly json?: boolean;
  readonly sql?: 'history' | 'database';
  readonly fix?: boolean;
  readonly name: string;
}): Promise<void> {
  const workspace = openWorkspace();
  const target = await resolveTarget(workspace);
  const report = await findDrift(workspace, target, { onProgress: talk });
  if (options.fix === true) {
    const fix = await writeFix(workspace, target, report, options.name);
    if (options.json) return printJson(fix);
    for (const identity of fix.left) talk(`left: ${identity}`);
    talk(
      fix.migration === null
        ? 'no table differs: nothing was written'
        : `wrote ${fix.migration}, and counts it as applied here`,
    );
    if (fix.migration !== null)
      talk('now bring the fragments to the same; `pnpm migrator verify` tells what differs');
    return;
  }
  if (report.drift.length > 0) process.exitCode = 3;
  if (options.json) return printJson(report);
  if (options.sql !== undefined) {
    const { toHistory, toDatabase, byHand } = report;
    for (const identity of byHand) talk(`by hand: ${identity}`);
    return printData((options.sql === 'history' ? toHistory : toDatabase).join('\n'));
  }
  printData(inLines(report).join('\n'));
}

function inLines({ drift: found, schema, byHand }: DriftReport): string[] {
  const domains = [...new Set(found.map(({ domain }) => domain))].sort();
  return [
    ...domains.flatMap((domain) => [
      domain ?? 'of no domain',
      ...found.filter((it) => it.domain === domain).map((it) => `  ${sentenceOf(it)}`),
    ]),
    found.length === 0
      ? 'the database is as its history makes it'
      : `${found.length} difference(s) from the history; \`--sql history\` or \`--sql database\` prints the way to either side`,
    ...(byHand.length === 0 ? [] : [`${byHand.length} of them by hand: ${byHand.join(', ')}`]),
    ...(schema.length === 0
      ? []
      : [`${schema.length} difference(s) from the composed schema: \`pnpm migrator verify\``]),
  ];
}

const LONG = 80;

function sentenceOf({ identity, history, database }: Drift): string {
  if (history === null) return `${identity} is there, and no migration or file makes it`;
  if (database === null) return `${identity} is missing`;
  return history.length + database.length > LONG
    ? `${identity} is not as the history makes it`
    : `${identity} is ${database}; the history makes it ${history}`;
}
