// Stops a test server that nobody uses any more: `node watch-test-server.js HOME`. Test processes
// stop it themselves; this is for those that were killed.
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { withFileLock } from '../file-lock.ts';
import { serverStatus } from '../server-status.ts';
import { stopUnlessLeased, withLeaseLock } from './leases.ts';

const LOOK_MS = 500;
const [home = ''] = process.argv.slice(2);

await withFileLock(path.join(home, 'locks', 'watcher'), watch, () => {
  process.exit(0); // Another watches already.
});

async function watch(): Promise<void> {
  while (serverStatus(home).running) {
    await wait(LOOK_MS);
    await withLeaseLock(home, () => stopUnlessLeased(home));
  }
}
