import os from 'node:os';
import type pg from 'pg';
import { quoteName } from '../databases.ts';
import { isSameLife, lifeOf } from '../process-state.ts';

const RUN_MAX_AGE_MS = 86_400_000;
const WORDS = 'Made by tests; may be dropped at any time.';
export const NAME_PREFIX = 'test_';

/** What the comment of a test database says, besides that it may be dropped. */
export interface DatabaseMark {
  /** The host and process it was made by. */
  readonly host: string;
  readonly life: string;
  /** When it was made, or a template last used: milliseconds since 1970. */
  readonly usedAt: number;
}

/** Marks a database as made by this process, now. */
export async function markDatabase(client: pg.Client, name: string): Promise<void> {
  const mark: DatabaseMark = { host: os.hostname(), life: lifeOf(process.pid), usedAt: Date.now() };
  const comment = client.escapeLiteral(`${WORDS} ${JSON.stringify(mark)}`);
  await client.query(`comment on database ${quoteName(name)} is ${comment}`);
}

/** Reads the marks of all test databases; a database without one was not made by tests. */
export async function readMarks(client: pg.Client): Promise<Map<string, DatabaseMark>> {
  const found = await client.query<{ name: string; comment: string }>(
    `select datname as name, shobj_description(oid, 'pg_database') as comment
       from pg_database where starts_with(datname, $1) and starts_with(shobj_description(oid, 'pg_database'), $2)`,
    [NAME_PREFIX, WORDS],
  );
  const marks = found.rows.flatMap(({ name, comment }) => {
    const mark = parseMark(comment.slice(WORDS.length));
    return mark === undefined ? [] : [[name, mark] as const];
  });
  return new Map(marks);
}

/**
 * Tells whether the run that made a database is over: its process has ended, or, on another host,
 * where that cannot be seen, a day has passed.
 */
export function isAbandoned(mark: DatabaseMark, now: number): boolean {
  if (mark.host === os.hostname()) return !isSameLife(mark.life);
  return now - mark.usedAt > RUN_MAX_AGE_MS;
}

function parseMark(text: string): DatabaseMark | undefined {
  try {
    const mark = JSON.parse(text) as Partial<DatabaseMark>;
    const isWhole = typeof mark.host === 'string' && typeof mark.life === 'string';
    return isWhole && typeof mark.usedAt === 'number' ? (mark as DatabaseMark) : undefined;
  } catch {
    return undefined;
  }
}
