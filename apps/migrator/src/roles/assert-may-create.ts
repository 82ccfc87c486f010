import type pg from 'pg';
import type { DatabaseTarget } from '../environment/database-target.ts';
import { schemaClosed } from '../errors.ts';

/**
 * Refuses a role that may not create tables in `public`, before anything is begun. From PostgreSQL
 * 15 on only the owner of a database may, and whom it lets.
 *
 * @throws CodedError `MIGRATOR.SCHEMA_CLOSED`
 */
export async function assertMayCreate(client: pg.Client, target: DatabaseTarget): Promise<void> {
  const { rows } = await client.query<{ role: string; owner: string; may: boolean }>(
    `select current_user as role, pg_get_userbyid(datdba) as owner,
            has_schema_privilege('public', 'create') as may
     from pg_database where datname = current_database()`,
  );
  const { role = '', owner = '', may = false } = rows[0] ?? {};
  if (!may) throw schemaClosed(target.kind, { role, owner, database: target.database });
}
