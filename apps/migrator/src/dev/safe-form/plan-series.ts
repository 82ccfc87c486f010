import type pg from 'pg';
import { describeDatabaseError, isServerError } from '../../connection/database-error.ts';
import { differences } from '../bridge-catalogs.ts';
import type { PlannedWayBack } from '../plan-way-back.ts';
import { readSchemaCatalog, type SchemaCatalog } from '../schema-catalog.ts';
import type { Series } from './cut-series.ts';

/** One migration of a series, with its way back. */
export interface PlannedPart extends PlannedWayBack {
  /** In words for its name. */
  readonly topic: string;
  readonly up: string;
  /** It drops what the release before it still uses. */
  readonly isContract: boolean;
}

/** What a series is held against. */
export interface SeriesGoal {
  /** The state that it must lead to. */
  readonly wanted: SchemaCatalog;
  /** Plans the way back of the part that has none of its own, to the state before it. */
  readonly planBack: (before: SchemaCatalog) => Promise<PlannedWayBack>;
}

/**
 * Tries a series there and back in a database at the end of the history.
 *
 * @returns its parts, or in words why it does not lead where it must
 */
export async function planSeries(
  client: pg.Client,
  { parts }: Series,
  { wanted, planBack }: SeriesGoal,
): Promise<readonly PlannedPart[] | string> {
  try {
    const states: SchemaCatalog[] = [];
    for (const { up } of parts) {
      states.push(await readSchemaCatalog(client));
      await client.query(up);
    }
    const missing = differences(wanted, await readSchemaCatalog(client));
    if (missing.length > 0) return `It leaves a difference: ${missing.join(', ')}.`;
    const planned: PlannedPart[] = [];
    for (const [place, { topic, up, down, isContract }] of [...parts.entries()].reverse()) {
      const before = states[place] as SchemaCatalog;
      planned.unshift({ topic, up, isContract, ...(await goBack(client, before, down, planBack)) });
    }
    return planned;
  } catch (error) {
    if (!isServerError(error)) throw error;
    return describeDatabaseError(error);
  }
}

async function goBack(
  client: pg.Client,
  before: SchemaCatalog,
  down: string | null,
  planBack: SeriesGoal['planBack'],
): Promise<PlannedWayBack> {
  if (down === null) return planBack(before);
  await client.query(down);
  const left = differences(before, await readSchemaCatalog(client));
  return {
    down,
    irreversible: left.length === 0 ? null : `down.sql leaves a difference: ${left.join(', ')}.`,
  };
}
