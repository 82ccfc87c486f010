import {
  anonymous,
  createClient,
  findKeyEncryptionKey,
  rowAsJson,
  type AuditEvent,
  type VersionedKey,
} from '@holovitals/database';
import { quoteName, type CommandContext } from '../command/package-command.ts';
import { makeAuditRow } from './make-audit-row.ts';

/** Writes what a command of the migrator does into the audit trail, in the session's transaction. */
export interface Trail {
  record(...events: readonly AuditEvent[]): Promise<void>;
}

/**
 * Opens the trail for a run of the migrator.
 *
 * @param requestId joins the rows of one run
 * @throws CodedError `DATABASE.ENCRYPTION_KEY_MISSING`, `DATABASE.ENCRYPTION_KEY_WRONG`
 */
export async function openTrail(
  { session, url }: Pick<CommandContext, 'session' | 'url'>,
  requestId: string | null,
): Promise<Trail> {
  const key = await readAuditKey(url);
  const facts = { ip: null, userAgent: null, requestId, source: 'migrator' };
  const actor = { ...anonymous(facts), agentSystem: 'migrator' };
  return {
    async record(...events) {
      const now = new Date();
      const made = events.map((event) =>
        rowAsJson('AuditLog', makeAuditRow(key, actor, event, now)),
      );
      const columns = Object.keys(made[0] ?? {})
        .map(quoteName)
        .join(', ');
      if (made.length === 0) return;
      await session.query(
        `insert into audit_logs (${columns})
         select ${columns} from jsonb_populate_recordset(null::audit_logs, $1::jsonb)`,
        [JSON.stringify(made)],
      );
    },
  };
}

async function readAuditKey(url: string): Promise<VersionedKey> {
  const db = createClient({
    ...{ url, applicationName: 'migrator', maxConnections: 1 },
    encryptionKey: findKeyEncryptionKey(process.env),
  });
  try {
    return await db.$codec.auditKey();
  } finally {
    await db.$disconnect();
  }
}
