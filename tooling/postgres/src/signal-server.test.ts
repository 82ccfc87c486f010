import { spawn, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { isReachable } from './server-user.ts';
import { signalServer } from './signal-server.ts';

const ORDINARY = { uid: 1, gid: 1 };
const ordinaryCanRun = process.getuid?.() === 0 && isReachable(import.meta.dirname, ORDINARY);

describe('signalServer', () => {
  it('reaches a process, and does not mind one that has ended', async () => {
    const child = spawn('sleep', ['60']);
    const ended = new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal)));
    signalServer(child.pid ?? 0, 'SIGTERM');
    expect(await ended).toBe('SIGTERM');
    expect(() => signalServer(child.pid ?? 0, 'SIGTERM')).not.toThrow();
  });

  it.runIf(ordinaryCanRun)('tells when the process is of another user', () => {
    const built = new URL('../dist/signal-server.js', import.meta.url).href;
    const script = `
      import { signalServer } from ${JSON.stringify(built)};
      try { signalServer(${process.pid}, 'SIGURG'); } catch (error) { console.log(error.code); }`;
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      ...ORDINARY,
      cwd: '/',
      encoding: 'utf8',
    });
    expect(run.stdout.trim()).toBe('POSTGRES.NOT_OUR_PROCESS');
  });
});
