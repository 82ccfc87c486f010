import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { isCodedError } from '@holovitals/errors';
import { resolveTarget } from '../environment/database-target.ts';
import { loadManifest, openWorkspace } from '../environment/workspace.ts';
import { examineHealth, type HealthReport } from '../health/examine-health.ts';
import { reportInOpenMetrics } from '../health/open-metrics.ts';
import { readPackageChecks } from '../health/package-checks.ts';
import { renderHealth } from '../health/render-health.ts';
import { printData, printJson, reportError } from '../output.ts';

const EXIT_CODES = { ok: 0, warning: 3, critical: 4 } as const;
const CLEAR_SCREEN = '\u001b[H\u001b[2J';

export interface HealthOptions {
  readonly json?: boolean;
  readonly format?: 'text' | 'json' | 'openmetrics';
  /** Seconds between two looks. */
  readonly watch?: number;
}

export async function health({ json, format = 'text', watch }: HealthOptions): Promise<void> {
  const shown = json === true ? 'json' : format;
  const workspace = openWorkspace();
  const { ownerUrl } = await resolveTarget(workspace);
  // Any database will do: where no schema is composed, packages have nothing to say of it.
  const manifest = existsSync(workspace.manifestFile) ? loadManifest(workspace) : null;
  const look = async () => {
    const now = new Date();
    const checks = manifest === null ? [] : await readPackageChecks(workspace, manifest, now);
    print(await examineHealth(ownerUrl, now, checks), shown, watch);
  };
  if (watch === undefined) return look();
  for (;;) {
    // A server that is away for a while is what one watches for.
    await look().catch((error: unknown) => {
      if (!isCodedError(error)) throw error;
      reportError(error, shown === 'json');
    });
    await setTimeout(watch * 1_000);
  }
}

function print(report: HealthReport, format: string, watch: number | undefined): void {
  process.exitCode = EXIT_CODES[report.state];
  if (format === 'openmetrics') return printData(reportInOpenMetrics(report));
  if (format === 'json') {
    // One line each, for programs that read a stream.
    return watch === undefined ? printJson(report) : printData(JSON.stringify(report));
  }
  const clear = watch !== undefined && process.stdout.isTTY ? CLEAR_SCREEN : '';
  printData(`${clear}${renderHealth(report)}`);
}
