import type pg from 'pg';
import { compareCatalogs } from '../catalog/compare-catalogs.ts';
import { readCatalog, type CatalogEntry, type DatabaseCatalog } from '../catalog/read-catalog.ts';
import { isDatabaseError } from '../connection/database-error.ts';
import { statementsBetween } from '../drift/statements-between.ts';

/** Decides which things of both sides count. */
export type Part = (entry: CatalogEntry) => boolean;

/**
 * Leads a database from what it holds to a catalog, and answers the statements that did. What one of
 * them needs may be made by a later one, so they are tried round by round, as long as that helps.
 */
export async function leadTo(
  client: pg.Client,
  wanted: DatabaseCatalog,
  isMeant: Part = () => true,
): Promise<string[]> {
  const { rows } = await client.query<{ me: string }>('select quote_ident(current_user) as me');
  const ownership = ` OWNER TO ${rows[0]?.me ?? ''};`;
  const target = only(wanted, isMeant);
  const done: string[] = [];
  for (let [left, last] = [Infinity, 0]; ;) {
    const current = only(await readCatalog(client), isMeant);
    const differing = compareCatalogs(current, target).length;
    // A round that brought nothing nearer is none of the script.
    if (differing >= left) return done.slice(0, last);
    if (differing === 0) return done;
    [left, last] = [differing, done.length];
    const statements = statementsBetween(current, target)
      .statements.filter((sql) => !sql.endsWith(ownership))
      .map(repeatable);
    for (const sql of statements) if (await runs(client, sql)) done.push(sql);
  }
}

function only(catalog: DatabaseCatalog, isMeant: Part): DatabaseCatalog {
  return new Map([...catalog].filter(([, entry]) => isMeant(entry)));
}

/** An administrator may have made it before. */
function repeatable(sql: string): string {
  return sql.replace(/^CREATE (SCHEMA|EXTENSION) /, 'CREATE $1 IF NOT EXISTS ');
}

async function runs(client: pg.Client, sql: string): Promise<boolean> {
  try {
    await client.query(sql);
    return true;
  } catch (error) {
    if (!isDatabaseError(error)) throw error;
    return false;
  }
}
