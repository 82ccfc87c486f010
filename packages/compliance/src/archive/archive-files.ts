import { createHash, randomBytes } from 'node:crypto';
import type { CommandContext } from '../command/package-command.ts';
import { settleFiles } from '../files/begun-files.ts';

const END = '.rows.age';

/** No two runs write one file, in whatever folder they share; a database knows its own. */
export async function nameArchive(
  context: Pick<CommandContext, 'session'>,
  partition: string,
  at: Date,
): Promise<string> {
  const time = at.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const some = randomBytes(4).toString('hex');
  return `${partition}-${time}-${some}-${await databaseMark(context)}${END}`;
}

/** Names or removes the archives of this database that a run which was cut off left in a folder. */
export async function settleArchives(
  context: Pick<CommandContext, 'session' | 'say'>,
  folder: string,
): Promise<void> {
  const end = `-${await databaseMark(context)}${END}`;
  await settleFiles(context, folder, {
    isOurs: (name) => name.startsWith('audit_logs_') && name.endsWith(end),
    isRecorded: async (name) => {
      const { rows } = await context.session.query(
        `select from audit_log_archives where right(storage_uri, $2) = '/' || $1`,
        [name, name.length + 1],
      );
      return rows.length > 0;
    },
  });
}

/** Tells this database from any other, a copy on the same server as well. */
async function databaseMark({ session }: Pick<CommandContext, 'session'>): Promise<string> {
  const { rows } = await session.query<{ identity: string }>(
    `select concat(system_identifier, '/', (select oid from pg_database where datname = current_database())) as identity
     from pg_control_system()`,
  );
  return createHash('sha256')
    .update(rows[0]?.identity ?? '')
    .digest('hex')
    .slice(0, 8);
}
