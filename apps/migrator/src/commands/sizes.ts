import { existsSync } from 'node:fs';
import { withReadTransaction } from '../connection/connect.ts';
import { resolveTarget } from '../environment/database-target.ts';
import { loadManifest, openWorkspace } from '../environment/workspace.ts';
import { talk } from '../output.ts';
import { compareSizes } from '../sizes/compare-sizes.ts';
import { readSizes } from '../sizes/read-sizes.ts';
import { renderSizes } from '../sizes/render-sizes.ts';
import { sizesInOpenMetrics } from '../sizes/sizes-in-open-metrics.ts';
import { keepSizes, lastSizesFile, readLastSizes, readSizesFile } from '../sizes/sizes-file.ts';
import { showReports, type ReportOptions } from './show-reports.ts';

export async function sizes({
  since,
  ...options
}: ReportOptions & { readonly since?: string }): Promise<void> {
  const workspace = openWorkspace();
  // Any database will do: where no schema is composed, no table has a domain.
  const manifest = existsSync(workspace.manifestFile) ? loadManifest(workspace) : null;
  const { ownerUrl, database } = await resolveTarget(workspace);
  const kept = lastSizesFile(workspace, ownerUrl, database);
  // While it is watched, growth is since the run before.
  const earlier =
    since === undefined ? readLastSizes(kept, database) : readSizesFile(since, database);
  const look = async () => {
    const found = await withReadTransaction(ownerUrl, (client) =>
      readSizes(client, manifest, new Date()),
    );
    const report = earlier === undefined ? found : compareSizes(found, earlier);
    // A scraper is no run whose growth somebody asks for.
    const fault =
      since === undefined && options.format !== 'openmetrics' ? keepSizes(kept, found) : undefined;
    if (fault !== undefined) talk(`not kept for the next run: ${fault}`);
    return report;
  };
  await showReports(options, look, {
    text: (report) => renderSizes(report, process.stdout.isTTY),
    openMetrics: sizesInOpenMetrics,
  });
}
