import { productionNeedsUrl } from '../errors.ts';
import { serverStatus } from '../server-status.ts';
import { startServer } from '../start-server.ts';
import { stopServer } from '../stop-server.ts';
import { print, printJson, talk } from './output.ts';
import { developmentHome, isProduction } from './target.ts';

interface JsonOption {
  readonly json?: true;
}

/** `db start`: starts the embedded server, or joins it. */
export async function startCommand(
  options: JsonOption & { readonly port?: number },
): Promise<void> {
  if (isProduction()) throw productionNeedsUrl();
  const server = await startServer({ dataDir: developmentHome(), port: options.port, log: talk });
  const verb = server.started ? 'started' : 'runs already';
  talk(`PostgreSQL ${server.version} ${verb} on port ${server.port}`);
  if (options.json) printJson(serverStatus(developmentHome()));
}

/** `db stop`: stops the embedded server where it runs. */
export async function stopCommand(options: JsonOption): Promise<void> {
  const stopped = await stopServer(developmentHome());
  talk(stopped ? 'stopped' : 'it was not running');
  if (options.json) printJson({ stopped });
}

/** `db status`: exit code 3 tells that the server does not run. */
export function statusCommand(options: JsonOption): void {
  const status = serverStatus(developmentHome());
  if (options.json) printJson(status);
  else {
    const state = status.running ? `runs: pid ${status.pid}, port ${status.port}` : 'not running';
    print(`PostgreSQL ${state}\ndata ${status.dataDirectory}\nlog  ${status.log}`);
  }
  if (!status.running) process.exitCode = 3;
}
