import { Command, InvalidArgumentError } from 'commander';
import { createDatabase, dropDatabase } from '../databases.ts';
import { serverStatus } from '../server-status.ts';
import { startServer } from '../start-server.ts';
import { stopServer } from '../stop-server.ts';
import {
  atDatabase,
  databaseToDestroy,
  defaultDatabase,
  developmentHome,
  openTarget,
} from './target.ts';

/** The commands of `db`: standard output holds what was asked for, standard error the talk. */
export function buildProgram(): Command {
  const program = new Command('db')
    .description('Run the embedded PostgreSQL server of this workspace, and its databases.')
    .showSuggestionAfterError()
    .exitOverride();
  addServerCommands(program);
  addDatabaseCommands(program);
  return program;
}

function addServerCommands(program: Command): void {
  program
    .command('start')
    .description('start the embedded server, or join it where it runs')
    .option('--port <number>', 'listen on this port of 127.0.0.1', parsePort)
    .option('--json', 'print the state as JSON')
    .action(async (options: { port?: number; json?: boolean }) => {
      const server = await startServer({ dataDir: developmentHome(), port: options.port });
      const verb = server.started ? 'started' : 'runs already';
      if (options.json) printJson(serverStatus(developmentHome()));
      else talk(`PostgreSQL ${server.major} ${verb} on port ${server.port}`);
    });

  program
    .command('stop')
    .description('stop the embedded server, ending its sessions')
    .action(async () => {
      const { running } = serverStatus(developmentHome());
      await stopServer(developmentHome());
      talk(running ? 'stopped' : 'it was not running');
    });

  program
    .command('status')
    .description('tell whether the embedded server runs, and where; exit 3 when it does not')
    .option('--json', 'print the state as JSON')
    .action((options: { json?: boolean }) => {
      const status = serverStatus(developmentHome());
      const state = status.running ? `runs: pid ${status.pid}, port ${status.port}` : 'not running';
      if (options.json) printJson(status);
      else print(`PostgreSQL ${state}\ndata ${status.dataDirectory}\nlog  ${status.log}`);
      if (!status.running) process.exitCode = 3;
    });

  program
    .command('url')
    .description('print a connection URL, with its password: psql "$(pnpm -s db url)"')
    .argument('[database]', 'the database', defaultDatabase())
    .option('--role <name>', 'connect as this role of the embedded server')
    .action(async (database: string, options: { role?: string }) => {
      const { embedded, serverUrl } = await openTarget();
      print(
        embedded === undefined || options.role === undefined
          ? atDatabase(serverUrl, database)
          : embedded.url({ database, role: options.role }),
      );
    });
}

function addDatabaseCommands(program: Command): void {
  program
    .command('create')
    .description('create an empty database')
    .argument('[name]', 'its name', defaultDatabase())
    .action(async (name: string) => {
      await createDatabase((await openTarget()).serverUrl, name);
      talk(`created database ${name}`);
    });

  program
    .command('drop')
    .description('drop a database and all it holds')
    .argument('[name]', 'its name; needed on a server that is not the embedded one')
    .option('--force', 'also in production', false)
    .action(async (name: string | undefined, options: { force: boolean }) => {
      const target = await openTarget();
      const database = databaseToDestroy('drop', target, name, options.force);
      await dropDatabase(target.serverUrl, database);
      talk(`dropped database ${database}`);
    });

  program
    .command('reset')
    .description('drop a database and create it anew, empty')
    .argument('[name]', 'its name; needed on a server that is not the embedded one')
    .option('--force', 'also in production', false)
    .action(async (name: string | undefined, options: { force: boolean }) => {
      const target = await openTarget();
      const database = databaseToDestroy('reset', target, name, options.force);
      await dropDatabase(target.serverUrl, database);
      await createDatabase(target.serverUrl, database);
      talk(`database ${database} is empty; run \`pnpm migrator deploy\` to fill it`);
    });
}

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new InvalidArgumentError('A port is a whole number from 1 to 65535.');
}

function printJson(data: unknown): void {
  print(JSON.stringify(data, null, 2));
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function talk(text: string): void {
  process.stderr.write(`${text}\n`);
}
