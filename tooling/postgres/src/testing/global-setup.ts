import { openTestServer } from './test-server.ts';

/** vitest's `globalSetup`: holds the test server for the length of a run. */
export async function setup(): Promise<() => Promise<void>> {
  const server = await openTestServer();
  return () => server.release();
}
