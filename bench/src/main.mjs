import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { parseArgs } from 'node:util';
import { measure } from './measure.mjs';
import { formatRow, HEADING } from './report.mjs';
import { apiCrud } from './rows/api-crud.mjs';
import { apiSummary } from './rows/api-summary.mjs';
import { archive } from './rows/archive.mjs';
import { auditSeal, auditVerify } from './rows/audit-proof.mjs';
import { auditQuery } from './rows/audit-query.mjs';
import { backup, restore } from './rows/backup.mjs';
import { compose, composeThousand } from './rows/compose.mjs';
import { deployFirst } from './rows/deploy-first.mjs';
import { deployMany } from './rows/deploy-many.mjs';
import { deployNothing } from './rows/deploy-nothing.mjs';
import { login } from './rows/login.mjs';
import { help, status } from './rows/start-up.mjs';
import { testDatabase } from './rows/test-database.mjs';
import { writerPauses } from './rows/writer-pause.mjs';

const ROWS = [
  compose,
  composeThousand,
  deployNothing,
  deployFirst,
  deployMany,
  help,
  status,
  testDatabase,
  backup,
  restore,
  archive,
  auditQuery,
  auditSeal,
  auditVerify,
  ...writerPauses,
  apiSummary,
  apiCrud,
  login,
];

const WIDEST = Math.max(...ROWS.map(({ name }) => name.length));

const HELP = `Usage: pnpm bench [row…] [options]

Measures this project beside its peers, in turns, and prints medians.

Rows:
${ROWS.map(({ name, what }) => `  ${name.padEnd(WIDEST)} ${what}`).join('\n')}

  --rounds N  how often each side runs (default 7; with --quick 3)
  --quick     fewer and shorter rounds
  --json      print the results as JSON
  --help      print this

The results are written to bench/results/. Exit codes: 0 measured, 1 a row failed, 2 wrong call.
`;

process.exitCode = await main();

async function main() {
  let options;
  try {
    options = parseArgs({
      allowPositionals: true,
      options: {
        rounds: { type: 'string' },
        quick: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    return wrongCall(error.message);
  }
  const { values, positionals } = options;
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const unknown = positionals.filter((name) => !ROWS.some((row) => row.name === name));
  if (unknown.length > 0) return wrongCall(`There is no row ${unknown.join(', ')}.`);
  const rounds = Number(values.rounds ?? (values.quick ? 3 : 7));
  if (!(Number.isInteger(rounds) && rounds > 0)) return wrongCall('--rounds takes a whole number.');
  const chosen = ROWS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
  return await runRows(chosen, { rounds, quick: values.quick, json: values.json });
}

function wrongCall(message) {
  process.stderr.write(`${message}\n\n${HELP}`);
  return 2;
}

async function runRows(rows, { rounds, quick, json }) {
  const results = [];
  let code = 0;
  if (!json) process.stdout.write(`${HEADING}\n`);
  for (const row of rows) {
    process.stderr.write(`measuring ${row.name} …\n`);
    try {
      const result = await measure(row, { rounds, quick });
      results.push(result);
      if (!json) process.stdout.write(`${formatRow(result)}\n`);
    } catch (error) {
      code = 1;
      process.stderr.write(`${row.name} failed: ${error.stack ?? error}\n`);
    }
  }
  const report = {
    at: new Date().toISOString(),
    node: process.version,
    cpus: os.cpus().length,
    cpu: os.cpus()[0]?.model ?? 'unknown',
    memory: os.totalmem(),
    results,
  };
  if (json) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  const folder = new URL('../results/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    new URL(`${report.at.replaceAll(/[:.]/g, '-')}.json`, folder),
    `${JSON.stringify(report, null, 2)}\n`,
  );
  return code;
}
