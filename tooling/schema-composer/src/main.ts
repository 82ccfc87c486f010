import { setFlagsFromString } from 'node:v8';
import { run } from './cli.ts';

// A short-lived process gains more from fast compilation, of the parser and of this code, than from
// fast code; one that watches does not.
if (!process.argv.includes('--watch')) {
  setFlagsFromString('--liftoff-only');
  setFlagsFromString('--no-opt');
}

process.exitCode = await run(process.argv.slice(2));
