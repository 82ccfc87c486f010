import { resolveTarget } from '../environment/database-target.ts';
import { openWorkspace } from '../environment/workspace.ts';
import { printJson, talk } from '../output.ts';
import { sealHistory } from '../dev/seal.ts';

export async function seal(options: { readonly json?: boolean }): Promise<void> {
  const workspace = openWorkspace();
  const sealed = await sealHistory(workspace, await resolveTarget(workspace));
  if (options.json) return printJson({ sealed });
  talk(sealed.length === 0 ? 'every migration is sealed' : `sealed ${sealed.join(', ')}`);
}
