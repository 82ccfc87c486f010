import { resolveTarget } from '../environment/database-target.ts';
import { loadManifest, openWorkspace, type Workspace } from '../environment/workspace.ts';
import { lintRuleUnknown } from '../errors.ts';
import { readWorkspaceBasis } from '../lint/lint-basis.ts';
import { lintDatabase, lintHistory, lintNamed, lintOffline } from '../lint/lint-migrations.ts';
import type { LintReport } from '../lint/lint-report.ts';
import { renderReport, renderRule, renderRules } from '../lint/render-findings.ts';
import { printData, printJson } from '../output.ts';

interface LintOptions {
  readonly json?: boolean;
  readonly all?: boolean;
  readonly stats?: string;
  readonly statsMaxAge: number;
  readonly explain?: string;
}

export async function lint(scripts: readonly string[], options: LintOptions): Promise<void> {
  const workspace = openWorkspace();
  if (options.explain !== undefined) return explain(workspace, options.explain, options.json);
  const report = await run(workspace, scripts, options);
  if (report.total.errors > 0) process.exitCode = 3;
  if (options.json) return printJson(report);
  printData(renderReport(report));
}

async function run(
  workspace: Workspace,
  scripts: readonly string[],
  { all, stats, statsMaxAge }: LintOptions,
): Promise<LintReport> {
  const now = new Date();
  const source = stats === undefined ? null : { file: stats, maxAgeDays: statsMaxAge, now };
  if (scripts.length > 0) return lintNamed(workspace, scripts, source);
  if (all === true) return lintHistory(workspace);
  if (source !== null) return lintOffline(workspace, source);
  return lintDatabase(workspace, await resolveTarget(workspace), now);
}

async function explain(workspace: Workspace, code: string, asJson = false): Promise<void> {
  const { rules } = await readWorkspaceBasis(workspace, loadManifest(workspace));
  const chosen = code === 'all' ? rules : rules.filter((rule) => rule.code === code);
  if (chosen.length === 0) throw lintRuleUnknown(code);
  if (asJson) {
    return printJson(
      chosen.map(({ code: own, severity, summary, why, instead, bad, safe }) => ({
        ...{ code: own, severity, summary, why, instead, bad, safe },
      })),
    );
  }
  printData(code === 'all' ? renderRules(chosen) : chosen.map(renderRule).join('\n'));
}
