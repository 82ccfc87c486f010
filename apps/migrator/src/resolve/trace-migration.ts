import { isCodedError } from '@holovitals/errors';
import type pg from 'pg';
import { compareCatalogs } from '../catalog/compare-catalogs.ts';
import { readCatalog, type DatabaseCatalog } from '../catalog/read-catalog.ts';
import { describeDatabaseError, isDatabaseError } from '../connection/database-error.ts';
import { withoutByteOrderMark } from '../history/decode-script.ts';
import type { Migration } from '../history/read-history.ts';
import { readStatements, type Statement } from '../statements/read-statements.ts';

/** What one statement does to one thing; null is absence. */
interface Effect {
  readonly identity: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** A statement of a migration, and what it does to the catalog. */
export interface TracedStatement {
  readonly sql: string;
  /** Line of its first word, from 1. */
  readonly line: number;
  /** Empty for one that changes rows only, or nothing. */
  readonly effects: readonly Effect[];
  /** Why it cannot run at all; what follows it was not tried. */
  readonly fails: string | null;
}

/**
 * Runs a migration statement by statement in a database made by those before it, and tells what each
 * does to the catalog, up to the first that the server refuses even there.
 */
export async function traceMigration(
  client: pg.Client,
  migration: Migration,
): Promise<TracedStatement[]> {
  const statements = await statementsOf(migration);
  const traced: TracedStatement[] = [];
  let before = await readCatalog(client);
  for (const { kind, text: sql, line } of statements) {
    if (kind === 'TransactionStmt') continue;
    const fails = await refusalOf(client, sql);
    if (fails !== null) return [...traced, { sql, line, effects: [], fails }];
    const after = await readCatalog(client);
    traced.push({ sql, line, effects: effectsOf(before, after), fails });
    before = after;
  }
  return traced;
}

/** What does not parse cannot have run. */
async function statementsOf({ sql }: Migration): Promise<Statement[]> {
  try {
    return await readStatements(withoutByteOrderMark(sql));
  } catch (error) {
    if (isCodedError(error)) return [];
    throw error;
  }
}

async function refusalOf(client: pg.Client, sql: string): Promise<string | null> {
  try {
    await client.query(sql);
    return null;
  } catch (error) {
    if (!isDatabaseError(error)) throw error;
    return describeDatabaseError(error);
  }
}

function effectsOf(before: DatabaseCatalog, after: DatabaseCatalog): Effect[] {
  return compareCatalogs(before, after).map(({ identity, left, right }) => ({
    ...{ identity, before: left, after: right },
  }));
}
