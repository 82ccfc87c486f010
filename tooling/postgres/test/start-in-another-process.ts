import { spawn } from 'node:child_process';
import type { ServerOptions } from '../src/start-server.ts';
import type { ServerUser } from '../src/server-user.ts';

/** What another process found out about a server. */
export interface StartedElsewhere {
  readonly pid: number;
  readonly port: number;
  readonly started: boolean;
  readonly password: string;
}

const BUILT = new URL('../dist/index.js', import.meta.url).href;

/** Starts a server from a process of its own, as a user; fails with the code of its error. */
export function startInAnotherProcess(
  options: Pick<ServerOptions, 'dataDir' | 'platformPackage'>,
  user: ServerUser = {},
): Promise<StartedElsewhere> {
  const child = spawnStarter(options, user);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(JSON.parse(output) as StartedElsewhere);
      else reject(new Error(output));
    });
  });
}

/** The process by itself, for tests that kill it. */
export function spawnStarter(
  options: Pick<ServerOptions, 'dataDir' | 'platformPackage'>,
  user: ServerUser = {},
) {
  const script = `
    import { startServer } from ${JSON.stringify(BUILT)};
    try {
      const server = await startServer(${JSON.stringify(options)});
      const { pid, port, started } = server;
      const password = server.passwordOf('shop');
      process.stdout.write(JSON.stringify({ pid, port, started, password }));
    } catch (error) {
      process.stdout.write(error.code ?? error.stack);
      process.exitCode = 1;
    }`;
  return spawn(process.execPath, ['--input-type=module', '-e', script], {
    ...user,
    cwd: '/',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}
