import { setFlagsFromString } from 'node:v8';
import { run } from './cli.ts';

// A short-lived process gains more from fast compilation of the parser than from fast code.
if (!process.argv.includes('--watch')) setFlagsFromString('--liftoff-only');

process.exitCode = await run(process.argv.slice(2));
