import { readFileSync } from 'node:fs';
import { parseArguments } from './arguments.ts';
import { runDatabaseCommand } from './database-commands.ts';
import { serveRequests } from './serve-requests.ts';

const args = parseArguments(process.argv.slice(2));

if (args.command.includes('--version')) {
  const { version } = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  ) as { version: string };
  process.stdout.write(`schema-engine-cli ${version} (WASM)\n`);
} else if (args.command[0] === 'cli') {
  process.exitCode = await runDatabaseCommand(args.command[1] ?? '', args.url ?? '');
} else {
  await serveRequests(args);
}
