import { withReadTransaction } from '../connection/connect.ts';
import { resolveTarget } from '../environment/database-target.ts';
import { loadManifest, openWorkspace } from '../environment/workspace.ts';
import { printData, printJson } from '../output.ts';
import { readSizes } from '../sizes/read-sizes.ts';
import { renderSizes } from '../sizes/render-sizes.ts';

export async function sizes(options: { readonly json?: boolean }): Promise<void> {
  const workspace = openWorkspace();
  const manifest = loadManifest(workspace);
  const { ownerUrl } = await resolveTarget(workspace);
  const report = await withReadTransaction(ownerUrl, (client) =>
    readSizes(client, manifest, new Date()),
  );
  if (options.json) return printJson(report);
  printData(renderSizes(report, process.stdout.isTTY));
}
