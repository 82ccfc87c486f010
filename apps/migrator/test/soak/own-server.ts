import { startScratchServer } from '@holovitals/postgres/testing';
import { afterAll, expect } from 'vitest';

/** The server of this test file alone, to be killed. Imported before the shops, it is removed after them. */
const ownServer = await startScratchServer();
process.env['TEST_DATABASE_URL'] = ownServer.url();

/** Kills the server and starts it again, once the system has ended it. */
export async function crashServer(): Promise<void> {
  const { pid } = await ownServer.restart();
  process.kill(pid, 'SIGKILL');
  await expect.poll(async () => (await ownServer.restart()).pid, { timeout: 30_000 }).not.toBe(pid);
}

afterAll(async () => {
  delete process.env['TEST_DATABASE_URL'];
  await ownServer.destroy();
});
