import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { parseArguments } from './arguments.ts';
import { runDatabaseCommand } from './database-commands.ts';
import { serveRequests } from './serve-requests.ts';

// A run is over before WebAssembly that is compiled well would pay for it.
setFlagsFromString('--liftoff-only');

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
