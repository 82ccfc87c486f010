import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import type { CorpusCase } from './read-corpus.ts';

const program = path.join(
  path.dirname(createRequire(import.meta.url).resolve('squawk-cli/package.json')),
  'js/bin/squawk',
);

/** As a migration runs here: in one transaction, under timeouts that `deploy` sets. */
const OPTIONS = ['--reporter', 'json', '--assume-in-transaction', '--pg-version', '18.0'];

const findings = z.array(z.object({ file: z.string(), rule_name: z.string() }));

/** Runs squawk over the corpus, a file a case; answers the rules that it finds broken in each. */
export async function runSquawk(
  corpus: readonly CorpusCase[],
): Promise<Map<CorpusCase, Set<string>>> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'squawk-'));
  try {
    const files = new Map(corpus.map((it) => [path.join(folder, `${it.line}.sql`), it]));
    for (const [file, { sql }] of files) writeFileSync(file, `${sql}\n`);
    const found = findings.parse(JSON.parse(await run([...OPTIONS, ...files.keys()])));
    const rules = new Map(corpus.map((it) => [it, new Set<string>()]));
    for (const { file, rule_name } of found) {
      const it = files.get(file);
      if (it !== undefined) rules.get(it)?.add(rule_name);
    }
    return rules;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** It exits with 1 where it finds something. */
function run(args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [program, ...args],
      { maxBuffer: 64 * 1024 * 1024 },
      (error, stdout) => {
        if (stdout.startsWith('[')) resolve(stdout);
        else reject(error ?? new Error('squawk printed no JSON.'));
      },
    );
  });
}
