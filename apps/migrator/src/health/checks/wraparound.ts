import { found, type HealthFinding } from '../finding.ts';
import type { HealthCode } from '../health-codes.ts';
import {
  ask,
  type HealthCheck,
  type Measure,
  type Observation,
  type Sight,
} from '../health-check.ts';

/** Half of the 2^31 numbers there are between the oldest row and the newest. */
const OLD = 1_073_741_824;
/** Where the server itself leaves all else undone to vacuum: `vacuum_failsafe_age`. */
const VERY_OLD = 1_600_000_000;
const MOST_TABLES = 3;

/** How near transaction numbers are to their end. */
export const wraparoundChecks: readonly HealthCheck[] = [
  { name: 'wraparound', look: lookAtWraparound },
];

interface Kind {
  readonly code: HealthCode;
  readonly noun: string;
  readonly setting: string;
  readonly tables: string;
}

const KINDS = {
  xid: {
    code: 'WRAPAROUND_NEAR',
    noun: 'transactions',
    setting: 'autovacuum_freeze_max_age',
    tables: 'age(relfrozenxid)',
  },
  multixact: {
    code: 'MULTIXACT_WRAPAROUND_NEAR',
    noun: 'shared row locks',
    setting: 'autovacuum_multixact_freeze_max_age',
    tables: 'mxid_age(relminmxid)',
  },
} as const satisfies Readonly<Record<string, Kind>>;

interface Ages {
  readonly name: string;
  readonly isCurrent: boolean;
  readonly xid: number;
  readonly multixact: number;
}

async function lookAtWraparound(sight: Sight): Promise<Observation> {
  const databases = await ask<Ages>(
    sight,
    `select datname as name, datname = current_database() as "isCurrent", age(datfrozenxid)::int as xid,
       mxid_age(datminmxid)::int as multixact
     from pg_database order by datname`,
  );
  const findings: HealthFinding[] = [];
  const measures: Measure[] = [];
  for (const kind of ['xid', 'multixact'] as const) {
    const limit = await usualAge(sight, KINDS[kind].setting);
    for (const database of databases) {
      const severity = judgeAge(database[kind], limit);
      if (severity !== null) {
        const { code, noun, tables } = KINDS[kind];
        const what = `Database ${database.name} has rows that are ${database[kind]} ${noun} old, of 2147483648 there can be.`;
        const sql = database.isCurrent ? await vacuumOldest(sight, tables) : [];
        findings.push(found(code, severity, what, sql));
      }
      measures.push({
        name: `${kind}_age`,
        help: `How many ${KINDS[kind].noun} the oldest row of a database has seen.`,
        value: database[kind],
        labels: { database: database.name },
      });
    }
  }
  return { findings, measures };
}

/** Judges an age beside the one at which autovacuum is to have come. */
export function judgeAge(age: number, usual: number): 'warning' | 'critical' | null {
  if (age > VERY_OLD) return 'critical';
  return age > Math.min(OLD, Math.max(2 * usual, 1)) ? 'warning' : null;
}

async function usualAge(sight: Sight, setting: string): Promise<number> {
  const [row] = await ask<{ age: number }>(sight, 'select current_setting($1)::int as age', [
    setting,
  ]);
  return row?.age ?? OLD;
}

async function vacuumOldest(sight: Sight, age: string): Promise<string[]> {
  const rows = await ask<{ sql: string }>(
    sight,
    `select format('VACUUM (FREEZE, ANALYZE) %I.%I', n.nspname, c.relname) as sql
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'm', 't') order by ${age} desc, n.nspname, c.relname limit ${MOST_TABLES}`,
  );
  return rows.map(({ sql }) => sql);
}
