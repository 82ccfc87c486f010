import { existsSync } from 'node:fs';
import { resolveTarget } from '../environment/database-target.ts';
import { loadManifest, openWorkspace } from '../environment/workspace.ts';
import { roleChecks } from '../health/checks/roles.ts';
import { examineHealth } from '../health/examine-health.ts';
import { reportInOpenMetrics } from '../health/open-metrics.ts';
import { readPackageChecks } from '../health/package-checks.ts';
import { renderHealth } from '../health/render-health.ts';
import { showReports, type ReportOptions } from './show-reports.ts';

const EXIT_CODES = { ok: 0, warning: 3, critical: 4 } as const;

export async function health(options: ReportOptions): Promise<void> {
  const workspace = openWorkspace();
  const target = await resolveTarget(workspace);
  // Any database will do: where no schema is composed, packages have nothing to say of it.
  const manifest = existsSync(workspace.manifestFile) ? loadManifest(workspace) : null;
  const look = async () => {
    const now = new Date();
    const packageChecks =
      manifest === null ? [] : await readPackageChecks(workspace, manifest, now);
    const checks = [...roleChecks(target, manifest), ...packageChecks];
    const report = await examineHealth(target.ownerUrl, now, checks);
    process.exitCode = EXIT_CODES[report.state];
    return report;
  };
  await showReports(options, look, { text: renderHealth, openMetrics: reportInOpenMetrics });
}
