// A workspace of its own with two users of the test server: the first gives it back while the
// second still uses it, the second is killed. Prints what became of the server.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const built = (file) => new URL(`../dist/${file}`, import.meta.url).href;
const { openTestServer } = await import(built('testing/index.js'));
const { testServersFolder } = await import(built('testing/test-server-home.js'));
const { serverStatus } = await import(built('server-status.js'));
const { removeServer } = await import(built('testing/scratch-server.js'));

const workspace = mkdtempSync('/var/tmp/leave-server-');
writeFileSync(path.join(workspace, 'pnpm-workspace.yaml'), '');
process.chdir(workspace);
delete process.env.TEST_DATABASE_URL;

await play();

async function play() {
  const folder = testServersFolder();
  const home = path.join(folder, 'shared');
  const first = await openTestServer();
  const second = await spawnSecond();
  await first.release();
  const ranWhileUsed = serverStatus(home).running;
  second.kill('SIGKILL');
  const deadline = Date.now() + 30_000;
  while (serverStatus(home).running && Date.now() < deadline) await wait(50);
  const stoppedAfterKill = !serverStatus(home).running;
  await removeServer(home);
  for (const place of [folder, workspace]) rmSync(place, { recursive: true, force: true });
  process.stdout.write(JSON.stringify({ ranWhileUsed, stoppedAfterKill }));
}

/** Another process that takes the server and never gives it back. */
function spawnSecond() {
  const script = `
    process.chdir(${JSON.stringify(workspace)});
    const { openTestServer } = await import(${JSON.stringify(built('testing/index.js'))});
    await openTestServer();
    console.log('open');
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve) => child.stdout.once('data', () => resolve(child)));
}
