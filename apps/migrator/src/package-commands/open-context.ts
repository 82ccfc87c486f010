import type pg from 'pg';
import { readIdentities, readRecipients } from '../backup/keys.ts';
import { inTransaction, withConnection } from '../connection/connect.ts';
import { refusePooler } from '../connection/detect-pooler.ts';
import { boundTransaction, type LockPatience } from '../connection/lock-patience.ts';
import { withLockDiscipline, withLockRetries } from '../connection/lock-retries.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import { databaseUndeployed } from '../errors.ts';
import { readApplied } from '../history/applied.ts';
import { loadRows } from '../row-files/load-rows.ts';
import { readRows } from '../row-files/read-rows.ts';
import { writeRows } from '../row-files/write-rows.ts';
import type { CommandContext, FileKey, RowFiles } from './package-command.ts';

/** How work tells what it does, and how long it waits for locks. */
export interface ContextOptions extends Pick<CommandContext, 'now' | 'progress' | 'say'> {
  readonly patience: LockPatience;
}

/**
 * Opens what the work of a package is given, and closes it whatever happens.
 *
 * @throws CodedError `MIGRATOR.POOLER_REFUSED`, `MIGRATOR.REPLICA_REFUSED`, `MIGRATOR.DATABASE_UNDEPLOYED`, and those of the work
 */
export async function withContext<T>(
  target: DatabaseTarget,
  { patience, now, progress, say }: ContextOptions,
  work: (context: CommandContext) => Promise<T>,
): Promise<T> {
  await refusePooler(target);
  const url = target.ownerUrl;
  return withConnection(url, async (client) => {
    await refuseUndeployed(client, target);
    return withLockDiscipline({ client, url }, { patience, onProgress: say }, async (locks) =>
      work({
        ...{ url, now, progress, say, rowFiles: filesFor(client, url) },
        session: { query: (sql, values = []) => client.query(sql, [...values]) },
        inTransaction: (doing, inside) =>
          withLockRetries(locks, doing, () =>
            inTransaction(client, async () => {
              await client.query(boundTransaction(patience));
              return inside();
            }),
          ),
      }),
    );
  });
}

async function refuseUndeployed(
  client: pg.Client,
  { database }: Pick<DatabaseTarget, 'database'>,
): Promise<void> {
  const applied = await readApplied(client);
  if (!applied.some(({ finished, rolledBack }) => finished && !rolledBack)) {
    throw databaseUndeployed(database);
  }
}

function filesFor(client: pg.Client, url: string): RowFiles {
  return {
    write: async (file, { recipients, ...order }, takeRow) =>
      writeRows(url, file, { ...order, recipients: readRecipients(recipients) }, takeRow),
    read: (file, key, takeRow) => readRows(file, identitiesOf(key), { takeRow }),
    load: (file, key, into) => loadRows(client, file, identitiesOf(key), into),
  };
}

function identitiesOf(key: FileKey): readonly string[] {
  return 'identity' in key ? [key.identity] : readIdentities(key.files);
}
