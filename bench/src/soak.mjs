// Serves a mixed load for a long time, and tells whether the API's memory stays flat.
import { parseArgs } from 'node:util';
import { cycleOf } from './rows/api-crud.mjs';
import { openClinic } from './rows/clinic.mjs';
import { offer, warmUp } from './rows/served.mjs';

const HELP = `Usage: pnpm soak [options]

Serves summaries, writes and log-ins for a long time, and prints the API's memory every minute.

  --minutes N  how long (default 60)
  --rate N     requests a second (default 60)
  --json       print the result as JSON
  --help       print this

Exit codes: 0 memory is flat, 1 it grew or a request failed, 2 wrong call.
`;
/** The last quarter's median may be that much of the second quarter's. */
const MOST_GROWTH = 1.1;
const MEBIBYTE = 1024 * 1024;

process.exitCode = await main();

async function main() {
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        minutes: { type: 'string', default: '60' },
        rate: { type: 'string', default: '60' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    return wrongCall(error.message);
  }
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const [minutes, rate] = [Number(values.minutes), Number(values.rate)];
  if (!Number.isInteger(minutes) || minutes < 4) return wrongCall('--minutes takes 4 or more.');
  if (!Number.isInteger(rate) || rate < 4) return wrongCall('--rate takes 4 or more.');
  const samples = await soak(minutes, rate);
  const quarter = Math.floor(minutes / 4);
  const early = median(samples.slice(quarter, 2 * quarter));
  const late = median(samples.slice(-quarter));
  const result = { minutes, rate, early, late, growth: late / early, samples };
  process.stdout.write(
    values.json
      ? `${JSON.stringify(result)}\n`
      : `second quarter ${megabytes(early)}, last quarter ${megabytes(late)}: ${result.growth.toFixed(2)} times, at most ${MOST_GROWTH}\n`,
  );
  return result.growth <= MOST_GROWTH ? 0 : 1;
}

/** The API's resident memory after each minute, in bytes. */
async function soak(minutes, rate) {
  const clinic = await openClinic({ colleagues: 16 });
  const { api, headers, patientId, logins } = clinic;
  try {
    const reads = [{ method: 'GET', path: `/v1/patients/${patientId}/summary`, headers }];
    const entries = logins.map((body) => ({
      ...{ method: 'POST', path: '/v1/auth/login', body: JSON.stringify(body) },
      headers: { 'content-type': 'application/json' },
    }));
    if (api.memory() === null) throw new Error('Memory is read from /proc, which is not here.');
    await warmUp(api, reads, 1000);
    const samples = [];
    const load = (requests, share, connections) =>
      offer(api, requests, { seconds: 60, rate: Math.max(1, rate * share), connections });
    while (samples.length < minutes) {
      const [{ p99 }] = await Promise.all([
        load(reads, 0.6, 8),
        load(cycleOf(clinic), 0.38, 8),
        load(entries, 0.02, 1),
      ]);
      samples.push(api.memory());
      process.stderr.write(
        `minute ${samples.length}: ${megabytes(samples.at(-1))}, summaries within ${p99} ms in 99 of 100\n`,
      );
    }
    return samples;
  } finally {
    await clinic.close();
  }
}

function median(values) {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

function megabytes(bytes) {
  return `${(bytes / MEBIBYTE).toFixed(0)} MiB`;
}

function wrongCall(why) {
  process.stderr.write(`${why}\n\n${HELP}`);
  return 2;
}
