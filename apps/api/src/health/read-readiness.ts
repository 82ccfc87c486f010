import { readStatus, type Workspace } from '@holovitals/migrator';

/** Tells why the platform is not ready to serve; nothing where it is. Names no host and no error text. */
export async function readReadiness(workspace: Workspace, url: string): Promise<string[]> {
  try {
    const status = await readStatus(workspace, url);
    const { failed, edited, missing, pendingObjects, heldContracts } = status;
    const held = new Set(heldContracts.map(({ migration }) => migration));
    const pending = status.pending.filter((name) => !held.has(name));
    const migrations = [pending, failed, edited, missing].some((names) => names.length > 0);
    return [
      ...(migrations ? ['migrations'] : []),
      ...(pendingObjects.length > 0 ? ['objects'] : []),
    ];
  } catch {
    return ['database'];
  }
}
