import type pg from 'pg';
import { withoutPartitions } from '../catalog/compare-catalogs.ts';
import { readCatalog, type DatabaseCatalog } from '../catalog/read-catalog.ts';
import { compareMeaning } from '../catalog/same-meaning.ts';
import { isDatabaseError } from '../connection/database-error.ts';
import { statementsBetween } from './statements-between.ts';

/** SQL that was run in a database of its own. */
export interface ProvenWays {
  /** Makes the database what the history says. */
  readonly toHistory: readonly string[];
  /** Makes a database of the history what this one is. */
  readonly toDatabase: readonly string[];
  /** What the statements do not bring about: a person must. */
  readonly byHand: readonly string[];
}

/**
 * Writes the statements between two catalogs and runs them in a database that is as `expected`:
 * there and back. What they leave different is named; statements that fail are left out.
 */
export async function proveWays(
  client: pg.Client,
  expected: DatabaseCatalog,
  actual: DatabaseCatalog,
): Promise<ProvenWays> {
  const there = statementsBetween(expected, actual);
  const toDatabase = await runEach(client, there.statements);
  const missing = await differing(client, actual);
  const toHistory = await runEach(client, statementsBetween(actual, expected).statements);
  const missingBack = missing.length > 0 ? [] : await differing(client, expected);
  const byHand = [...new Set([...there.byHand, ...missing, ...missingBack])].sort();
  return { toHistory, toDatabase, byHand };
}

async function runEach(client: pg.Client, statements: readonly string[]): Promise<string[]> {
  const done: string[] = [];
  for (const sql of statements) {
    try {
      await client.query(sql);
      done.push(sql);
    } catch (error) {
      if (!isDatabaseError(error)) throw error;
    }
  }
  return done;
}

async function differing(client: pg.Client, wanted: DatabaseCatalog): Promise<string[]> {
  const found = withoutPartitions(await readCatalog(client));
  return (await compareMeaning(wanted, found))
    .filter(({ identity, left }) => left !== null || !IGNORED.test(identity))
    .map(({ identity }) => identity);
}

/** What was left out of the wanted side is there all the same. */
const IGNORED = /^rights of .* on (schema|default) /;
