/** @module-tag slow */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { locateClusterFolder } from '../../src/cluster-folder.ts';
import { startServer } from '../../src/start-server.ts';
import { stopServer } from '../../src/stop-server.ts';

let disk: string;

const mount = (...args: string[]) => spawnSync('mount', args, { encoding: 'utf8' });

function canMount(): boolean {
  const probe = mkdtempSync('/var/tmp/postgres-mount-');
  const isMounted = mount('-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', probe).status === 0;
  if (isMounted) spawnSync('umount', [probe]);
  rmSync(probe, { recursive: true });
  return isMounted;
}

function newDisk(size: string): void {
  disk = mkdtempSync('/var/tmp/postgres-disk-');
  expect(mount('-t', 'tmpfs', '-o', `size=${size},mode=755`, 'tmpfs', disk).stderr).toBe('');
}

// Only root may mount; elsewhere these four are skipped, and seen to be.
describe.skipIf(!canMount())('a disk', () => {
  beforeEach(() => {
    disk = '';
  });

  afterEach(async () => {
    if (disk === '') return;
    mount('-o', 'remount,rw,size=200m', disk);
    await stopServer(path.join(disk, 'postgres'));
    spawnSync('umount', [disk]);
    rmSync(disk, { recursive: true });
  });

  it('that is too small for a new server is told of, and left clean', async () => {
    newDisk('20m');
    const dataDir = path.join(disk, 'postgres');
    await expect(startServer({ dataDir })).rejects.toMatchObject({ code: 'POSTGRES.DISK_FULL' });
    mount('-o', 'remount,size=200m', disk);
    expect((await startServer({ dataDir })).started).toBe(true);
  });

  it('that filled up is told of at the next start, which works once there is room', async () => {
    newDisk('120m');
    const dataDir = path.join(disk, 'postgres');
    await (await startServer({ dataDir })).stop();
    const filler = path.join(disk, 'filler');
    spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=4k']);
    await expect(startServer({ dataDir })).rejects.toMatchObject({ code: 'POSTGRES.DISK_FULL' });
    rmSync(filler);
    expect((await startServer({ dataDir })).started).toBe(true);
  });

  it('that is full from the first byte is told of', async () => {
    newDisk('1m');
    spawnSync('dd', ['if=/dev/zero', `of=${path.join(disk, 'filler')}`, 'bs=4k']);
    const start = startServer({ dataDir: path.join(disk, 'postgres') });
    await expect(start).rejects.toMatchObject({ code: 'POSTGRES.DISK_FULL' });
  });

  it('that is read-only is told of', async () => {
    newDisk('120m');
    const dataDir = path.join(disk, 'postgres');
    mkdirSync(dataDir);
    writeFileSync(path.join(locateClusterFolder(dataDir).home, 'port'), '');
    mount('-o', 'remount,ro', disk);
    await expect(startServer({ dataDir })).rejects.toMatchObject({
      code: 'POSTGRES.NO_PERMISSION',
    });
  });
});
