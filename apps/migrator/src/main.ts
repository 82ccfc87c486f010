import { CommanderError } from 'commander';
import { reportError } from './output.ts';
import { buildProgram } from './program.ts';

const SIGNAL_EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

// A session that ends rolls back what it had open, so stopping is always safe.
for (const [signal, code] of Object.entries(SIGNAL_EXIT_CODES)) {
  process.once(signal, () => process.exit(code));
}

try {
  await buildProgram().parseAsync();
} catch (error) {
  process.exitCode =
    error instanceof CommanderError
      ? error.exitCode === 0
        ? 0
        : 2
      : reportError(error, process.argv.includes('--json'));
}
