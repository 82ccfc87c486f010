import { setFlagsFromString } from 'node:v8';
import { CommanderError } from 'commander';
import { callInvalid } from './errors.ts';
import { reportError } from './output.ts';
import { buildProgram } from './program.ts';

// A run is over before WebAssembly that is compiled well would pay for it.
setFlagsFromString('--liftoff-only');

// Where there is none, as before Node.js 21, pg makes a `Response` to learn what runs it, which makes
// Node.js load all of fetch: a third of the time of a short command.
if (!('navigator' in globalThis)) {
  Object.assign(globalThis, { navigator: { userAgent: `Node.js/${process.versions.node}` } });
}

const SIGNAL_EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

// A session that ends rolls back what it had open, so stopping is always safe.
for (const [signal, code] of Object.entries(SIGNAL_EXIT_CODES)) {
  process.once(signal, () => process.exit(code));
}

const program = buildProgram();

try {
  if (mayNamePackageCommand()) {
    const { addPackageCommands } = await import('./package-commands/add-package-commands.ts');
    await addPackageCommands(program);
  }
  await program.parseAsync();
} catch (error) {
  process.exitCode = isAnswer(error) ? answerCode(error) : reportError(asCoded(error), asJson());
}

/** Reading packages takes time that our own commands need not wait for. */
function mayNamePackageCommand(): boolean {
  const [first] = process.argv.slice(2).filter((argument) => !argument.startsWith('-'));
  return first !== undefined && !program.commands.some((command) => command.name() === first);
}

function isAnswer(error: unknown): error is CommanderError {
  return error instanceof CommanderError && /^commander\.(?:help|version)/.test(error.code);
}

/** Help and version are answers where they were asked for; without a command there was nothing to do. */
function answerCode({ exitCode }: CommanderError): number {
  return exitCode === 0 ? 0 : 2;
}

function asCoded(error: unknown): unknown {
  if (!(error instanceof CommanderError)) return error;
  const [fault = '', ...hints] = error.message.replace(/^error: /, '').split('\n');
  const command = program.commands.find((it) => process.argv.includes(it.name()));
  return callInvalid(fault, hints.join(' '), command?.name());
}

function asJson(): boolean {
  return process.argv.includes('--json');
}
