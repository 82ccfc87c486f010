import { Command, InvalidArgumentError } from 'commander';
import { createCommand, dropCommand, resetCommand, urlCommand } from './database-commands.ts';
import { startCommand, statusCommand, stopCommand } from './server-commands.ts';
import { defaultDatabase } from './target.ts';

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
  asked(program, 'start')
    .description('start the embedded server, or join it where it runs')
    .option('--port <number>', 'listen on this port of 127.0.0.1', parsePort)
    .action(startCommand);
  asked(program, 'stop')
    .description('stop the embedded server, ending its sessions')
    .action(stopCommand);
  asked(program, 'status')
    .description('tell whether the embedded server runs, and where; exit 3 when it does not')
    .action(statusCommand);
}

function addDatabaseCommands(program: Command): void {
  const named = 'its name; needed on a server that is not the embedded one';
  asked(program, 'url')
    .description('print a connection URL, with its password: psql "$(pnpm -s db url)"')
    .argument('[database]', 'the database')
    .option('--role <name>', 'connect as this role of the embedded server')
    .action(urlCommand);
  asked(program, 'create')
    .description('create an empty database')
    .argument('[name]', 'its name', defaultDatabase())
    .action(createCommand);
  asked(program, 'drop')
    .description('drop a database and all it holds')
    .argument('[name]', named)
    .option('--force', 'also in production')
    .action(dropCommand);
  asked(program, 'reset')
    .description('drop a database and create it anew, empty')
    .argument('[name]', named)
    .option('--force', 'also in production')
    .action(resetCommand);
}

function asked(program: Command, name: string): Command {
  return program.command(name).option('--json', 'print the answer as JSON');
}

function parsePort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new InvalidArgumentError('A port is a whole number from 1 to 65535.');
}
