import path from 'node:path';
import type pg from 'pg';
import type { Workspace } from '../environment/workspace.ts';
import { lintFailed } from '../errors.ts';
import { readApplied } from '../history/applied.ts';
import { lintPending } from '../lint/lint-migrations.ts';
import type { LintedScript } from '../lint/lint-report.ts';
import { oneLineOf } from '../lint/render-findings.ts';
import { SYNTAX_ERROR } from '../lint/rules/script-rules.ts';

/**
 * Judges the pending migrations by the sizes of the tables as they are, tells the warnings, and
 * refuses errors. Where no migration was ever applied every table is empty, and nothing is judged.
 *
 * @param judged migrations that are not judged again
 * @throws CodedError `MIGRATOR.LINT_FAILED`
 */
export async function refuseUnsafe(
  workspace: Workspace,
  client: pg.Client,
  onProgress: (line: string) => void,
  judged: ReadonlySet<string>,
): Promise<void> {
  const applied = await readApplied(client);
  if (!applied.some(({ finished, rolledBack }) => finished && !rolledBack)) return;
  const { scripts } = await lintPending(workspace, client, new Date());
  const isJudged = ({ file }: LintedScript) => judged.has(path.basename(path.dirname(file)));
  const open = scripts.filter((script) => !isJudged(script));
  const found = open.flatMap((script) =>
    script.findings.map((finding) => ({ ...finding, told: oneLineOf(script, finding) })),
  );
  for (const { severity, told } of found) if (severity === 'warning') onProgress(told);
  // What the grammar here does not know, the server may.
  const errors = found.filter(
    ({ severity, rule }) => severity === 'error' && rule !== SYNTAX_ERROR.code,
  );
  if (errors.length > 0) throw lintFailed(errors.map(({ told }) => told));
}
