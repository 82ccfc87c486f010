import type pg from 'pg';

const ACTIVE_SQL_TRANSACTION = '25001';

/**
 * Runs an SQL script as one simple query, so that PostgreSQL itself finds the statements. Only a
 * script with a statement that refuses transactions (`CREATE INDEX CONCURRENTLY`) is split, and
 * then runs statement by statement.
 */
export async function runScript(pool: pg.Pool, script: string): Promise<void> {
  try {
    await pool.query(script);
  } catch (error) {
    if ((error as { code?: string }).code !== ACTIVE_SQL_TRANSACTION) throw error;
    for (const statement of await splitStatements(script)) await pool.query(statement);
  }
}

/** Splits a script with PostgreSQL's own grammar; positions are bytes of UTF-8. */
export async function splitStatements(script: string): Promise<string[]> {
  const { parse } = await import('libpg-query');
  const bytes = Buffer.from(script, 'utf8');
  const { stmts = [] } = (await parse(script)) as {
    stmts?: { stmt_location?: number; stmt_len?: number }[];
  };
  return stmts.map(({ stmt_location: start = 0, stmt_len: length }) =>
    bytes.subarray(start, length === undefined ? undefined : start + length).toString('utf8'),
  );
}

/** The form in which the engine wants a server's error: it maps the SQLSTATE to its own codes. */
export function toEngineError(error: unknown): unknown {
  const { code, severity, message, detail, hint, column } = error as Record<string, unknown>;
  if (typeof code !== 'string' || typeof severity !== 'string') return error;
  const cause = {
    kind: 'postgres',
    ...{ code, severity, message, detail, hint, column },
    originalCode: code,
    originalMessage: message,
  };
  return Object.assign(new Error(String(message)), { name: 'DriverAdapterError', cause });
}
