import { inUnits } from '../../connection/find-blockers.ts';
import { found } from '../finding.ts';
import { ask, type HealthCheck, type Observation, type Sight } from '../health-check.ts';

const SLOW_MS = 250;
const ROUNDS = 3;
const SCARCE = 0.8;
const ALMOST_NONE = 0.95;

/** How fast the server answers, and how many more sessions it takes. */
export const connectionChecks: readonly HealthCheck[] = [
  { name: 'latency', look: lookAtLatency },
  { name: 'connections', look: lookAtConnections },
];

async function lookAtLatency({ client }: Sight): Promise<Observation> {
  let fastest = Infinity;
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    await client.query('select 1');
    fastest = Math.min(fastest, performance.now() - start);
  }
  return judgeLatency(fastest);
}

/** Judges a round trip in milliseconds. */
export function judgeLatency(ms: number): Observation {
  return {
    findings:
      ms > SLOW_MS
        ? [found('ANSWER_SLOW', 'warning', `The server answers after ${inUnits(ms)}.`)]
        : [],
    measures: [
      {
        name: 'answer_time_seconds',
        unit: 'seconds',
        help: 'The fastest of three empty questions.',
        value: ms / 1_000,
      },
    ],
  };
}

async function lookAtConnections(sight: Sight): Promise<Observation> {
  const [row] = await ask<{ taken: number; most: number }>(
    sight,
    `select (select sum(numbackends) from pg_stat_database)::int as taken,
       current_setting('max_connections')::int as most`,
  );
  return judgeConnections(row?.taken ?? 0, row?.most ?? 0);
}

/** Judges how many connections of those allowed are taken. */
export function judgeConnections(taken: number, most: number): Observation {
  const used = most > 0 ? taken / most : 0;
  const severity = used >= ALMOST_NONE ? 'critical' : 'warning';
  return {
    findings:
      used >= SCARCE
        ? [
            found('CONNECTIONS_SCARCE', severity, `${taken} of ${most} connections are taken.`, [
              'SELECT usename, application_name, state, count(*) FROM pg_stat_activity GROUP BY 1, 2, 3 ORDER BY 4 DESC',
            ]),
          ]
        : [],
    measures: [
      { name: 'connections', help: 'Sessions of all databases.', value: taken },
      { name: 'connections_allowed', help: 'The setting max_connections.', value: most },
    ],
  };
}
