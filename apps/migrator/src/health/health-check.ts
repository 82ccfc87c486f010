import type pg from 'pg';
import type { HealthFinding } from './finding.ts';

/** Units of OpenMetrics; a measure without one counts something. */
export type Unit = 'seconds' | 'bytes' | 'ratio';

/** One number that a check read. */
export interface Measure {
  /** Words with underscores; ends with the unit where there is one. */
  readonly name: string;
  readonly unit?: Unit;
  readonly help: string;
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** What a check answers. */
export interface Observation {
  readonly findings: readonly HealthFinding[];
  readonly measures: readonly Measure[];
  /** What the session's role was not shown, and by which right it would be. */
  readonly unseen?: string | undefined;
}

/** What checks look with. */
export interface Sight {
  /** A session in a read-only transaction; a fault in it is undone by the caller. */
  readonly client: pg.Client;
  readonly url: string;
  /** The server is a replica. */
  readonly isReplica: boolean;
  /** The role sees what others' sessions do. */
  readonly seesSessions: boolean;
}

/** One check, with a name that is stable for programs. */
export interface HealthCheck {
  readonly name: string;
  readonly look: (sight: Sight) => Promise<Observation>;
}

/** Asks for rows. */
export async function ask<Row extends object>(
  { client }: Pick<Sight, 'client'>,
  sql: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  return (await client.query<Row>(sql, [...values])).rows;
}
