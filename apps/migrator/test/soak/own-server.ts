import { startScratchServer } from '@holovitals/postgres/testing';
import { afterAll } from 'vitest';

/** The server of this test file alone, to be killed. Imported before the shops, it is removed after them. */
export const ownServer = await startScratchServer();
process.env['TEST_DATABASE_URL'] = ownServer.url();

afterAll(async () => {
  delete process.env['TEST_DATABASE_URL'];
  await ownServer.destroy();
});
