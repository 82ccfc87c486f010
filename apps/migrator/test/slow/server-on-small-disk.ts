import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { startServer, stopServer } from '@holovitals/postgres';
import { afterAll } from 'vitest';

const mount = (...args: string[]) => spawnSync('mount', args, { encoding: 'utf8' });

const disk = mkdtempSync('/var/tmp/migrator-disk-');
const dataDir = path.join(disk, 'postgres');

/** Only root may mount a disk of its own. */
export const hasSmallDisk =
  mount('-t', 'tmpfs', '-o', 'size=220m,mode=755', 'tmpfs', disk).status === 0;

if (hasSmallDisk) process.env['TEST_DATABASE_URL'] = (await startServer({ dataDir })).url();

// Imported before the shops, it is removed after them.
afterAll(async () => {
  if (hasSmallDisk) {
    delete process.env['TEST_DATABASE_URL'];
    await stopServer(dataDir);
    spawnSync('umount', [disk]);
  }
  rmSync(disk, { recursive: true });
});

/** Makes room, and starts the server again where it has ended, or joins it. */
export async function makeRoom(): Promise<void> {
  mount('-o', 'remount,size=2g', disk);
  await startServer({ dataDir });
}
