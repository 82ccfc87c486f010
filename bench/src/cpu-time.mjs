import { readFileSync } from 'node:fs';

/** Clock ticks a second in `/proc/PID/stat`; Linux gives 100 to every program. */
const TICKS = 100;

/** Milliseconds of CPU that a living process has used, in user and kernel mode; null without `/proc`. */
export function cpuTimeOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the program's name in parentheses, which may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS;
  } catch {
    return null;
  }
}

/** The same of all PostgreSQL processes that serve the database of a client, but for its own. */
export async function databaseCpuTime(client) {
  const { rows } = await client.query(
    'select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  );
  const times = rows.map(({ pid }) => cpuTimeOf(pid));
  return times.includes(null) ? null : times.reduce((sum, time) => sum + time, 0);
}
