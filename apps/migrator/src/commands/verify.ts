import { resolveTarget } from '../environment/database-target.ts';
import { openWorkspace } from '../environment/workspace.ts';
import { printData, printJson, talk } from '../output.ts';
import type { Difference } from '../verify/difference.ts';
import { verify as runVerify, type VerifyReport } from '../verify/verify.ts';

const PROGRESS_MS = 2_000;

export async function verify(options: {
  readonly json?: boolean;
  readonly skip: readonly string[];
}): Promise<void> {
  const workspace = openWorkspace();
  let told = Date.now();
  const report = await runVerify(workspace, await resolveTarget(workspace), {
    skipOrphans: options.skip.includes('orphans'),
    skipEngine: options.skip.includes('engine'),
    onProgress(table, rows) {
      if (Date.now() - told < PROGRESS_MS) return;
      told = Date.now();
      talk(`counting orphans: ${table}, ${rows} row(s) done`);
    },
  });
  if (!report.agrees) process.exitCode = 3;
  if (options.json) return printJson(report);
  printData(inLines(report));
}

function inLines({ agrees, differences, orphans, counts }: VerifyReport): string {
  const outlived = orphans.filter((count) => count.outlives && count.orphans > 0);
  return [
    ...differences.map(lineOf),
    ...outlived.map(
      ({ field, type, orphans: count }) =>
        `${field}${type === null ? '' : ` (${type})`}: ${count} row(s) outlived what they point at, as they may`,
    ),
    `${agrees ? 'the database agrees with the schema' : `${differences.length} difference(s)`}: ` +
      `${counts.models} models, ${counts.tables} tables, ${counts.enums} enums, about ${counts.estimatedRows} rows`,
  ].join('\n');
}

function lineOf({ kind, name, what, source }: Difference): string {
  const place = source === undefined ? '' : ` (${source.file}:${source.line})`;
  return `${kind}  ${name}: ${what}${place}`;
}
