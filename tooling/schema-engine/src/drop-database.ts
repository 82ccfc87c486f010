import pg from 'pg';

const INSUFFICIENT_PRIVILEGE = '42501';

/**
 * Drops a database where there is one, and ends the sessions in it. Only a superuser may end those of
 * autovacuum by force; without it PostgreSQL cancels them itself, within five seconds.
 *
 * @param client a session in another database of the server
 */
export async function dropDatabase(client: pg.ClientBase, name: string): Promise<void> {
  const drop = `drop database if exists ${pg.escapeIdentifier(name)}`;
  try {
    await client.query(`${drop} with (force)`);
  } catch (error) {
    if ((error as { code?: string }).code !== INSUFFICIENT_PRIVILEGE) throw error;
    await client.query(drop);
  }
}
