import {
  anonymous,
  createClient,
  findKeyEncryptionKey,
  rowAsJson,
  type AuditEvent,
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
  // Only its codec is used, which connects for itself, and briefly: there is no pool to close.
  const { $codec: codec } = createClient({
    ...{ url, applicationName: 'migrator', maxConnections: 1 },
    encryptionKey: findKeyEncryptionKey(process.env),
  });
  await codec.ready();
  const facts = { ip: null, userAgent: null, requestId, source: 'migrator' };
  const actor = { ...anonymous(facts), agentSystem: 'migrator' };
  return {
    async record(...events) {
      // Asked for each time: who writes for months takes up a key that was rotated.
      const key = await codec.auditKey();
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
