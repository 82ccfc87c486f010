import { relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isCodedError } from '@holovitals/errors';
import { composeWorkspace, type Composition } from './compose-workspace.ts';
import { formatDiagnostics } from './diagnostic.ts';
import { callInvalid } from './errors.ts';
import { printNote, printResult } from './output.ts';
import { suggest } from './suggest.ts';
import { watchWorkspace } from './watch-workspace.ts';
import { findWorkspaceRoot } from './workspace-packages.ts';
import { staleOutputs, writeComposition } from './write-composition.ts';

const options = {
  domain: { type: 'string' },
  out: { type: 'string' },
  root: { type: 'string' },
  check: { type: 'boolean' },
  watch: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Text of `--help`. */
const usage = `Usage: schema-composer [options]

Composes the schema fragments of all domain packages into schema.prisma and
schema.manifest.json.

  --domain NAME  compose one domain with what it depends on,
                 into .alone/prisma of its package
  --out DIR      write there instead
  --check        write nothing; exit 3 when the files on disk differ
  --watch        compose again whenever a fragment changes
  --json         print the result as JSON
  --root DIR     the workspace (default: found from the current folder upwards)
  -h, --help     print this

Exit codes: 0 done, 1 a bug, 2 wrong call or diagnostics, 3 files differ (--check),
4 files could not be written.`;

interface Call {
  readonly root: string;
  readonly domain: string | undefined;
  /** Absolute; where --out leads. */
  readonly directory: string | undefined;
  readonly check: boolean;
  readonly json: boolean;
}

/** Runs one call and tells its exit code. */
export async function run(argv: readonly string[]): Promise<number> {
  const json = argv.includes('--json');
  try {
    const values = parseCall(argv);
    if (values.help === true) {
      printResult(usage);
      return 0;
    }
    const call: Call = {
      root: values.root === undefined ? findWorkspaceRoot('.') : findWorkspaceRoot(values.root),
      domain: values.domain,
      directory: values.out === undefined ? undefined : resolve(values.out),
      check: values.check === true,
      json,
    };
    if (values.watch === true) return await watchWorkspace(call.root, () => attempt(call));
    return compose(call);
  } catch (error) {
    return fail(error, json);
  }
}

function attempt(call: Call): void {
  try {
    compose(call);
  } catch (error) {
    fail(error, call.json);
  }
}

function compose(call: Call): number {
  const { root, directory } = call;
  const composition = composeWorkspace({ root, domain: call.domain });
  if (composition.output === null) {
    printDiagnostics(composition, call.json);
    return 2;
  }
  const target = { root, directory };
  const stale = staleOutputs(composition, target);
  if (!call.check && stale.length > 0) writeComposition(composition, target);
  const { manifest } = composition.output;
  const files = stale.map((path) => relative('.', path));
  const counts = { models: manifest.models.length, enums: manifest.enums.length };
  const result = { ok: !call.check || stale.length === 0, diagnostics: [], ...counts };
  if (call.json) {
    printResult(JSON.stringify({ ...result, [call.check ? 'stale' : 'written']: files }));
  } else if (call.check && stale.length > 0) {
    printNote(`Not up to date: ${files.join(', ')}\nfix: Run \`schema-composer\`.`);
  } else {
    const verb = call.check ? 'checked' : 'composed';
    printNote(`${verb} ${String(counts.models)} models and ${String(counts.enums)} enums`);
  }
  return result.ok ? 0 : 3;
}

function printDiagnostics({ diagnostics }: Composition, json: boolean): void {
  if (json) {
    printResult(JSON.stringify({ ok: false, diagnostics }));
    return;
  }
  const count = diagnostics.length;
  printNote(formatDiagnostics(diagnostics));
  printNote(`${String(count)} ${count === 1 ? 'fault' : 'faults'}; nothing was written.`);
}

function parseCall(argv: readonly string[]) {
  for (const argument of argv) {
    if (argument === '-h') continue;
    const name = /^--([^=]*)/.exec(argument)?.[1];
    const known = Object.keys(options);
    if (argument.startsWith('-') && (name === undefined || !known.includes(name))) {
      const near = suggest(name ?? argument, known);
      throw callInvalid(
        `The option ${argument} is unknown.`,
        near === undefined ? 'Run with --help.' : `Did you mean --${near}?`,
      );
    }
  }
  try {
    return parseArgs({ args: [...argv], options, strict: true, allowPositionals: false }).values;
  } catch (cause) {
    const message = cause instanceof Error ? (cause.message.split('. ')[0] ?? '') : '';
    throw callInvalid(`${message.replace(/\.$/, '')}.`, 'Run with --help.');
  }
}

function fail(error: unknown, json: boolean): number {
  if (!isCodedError(error)) {
    printNote(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return 1;
  }
  if (json) {
    printResult(JSON.stringify({ ok: false, error }));
  } else {
    const { code, message, why, fix } = error;
    printNote(`${code}: ${message}`);
    if (why !== undefined) printNote(`  why: ${why}`);
    if (fix !== undefined) printNote(`  fix: ${fix}`);
  }
  return error.kind === 'unavailable' ? 4 : 2;
}
