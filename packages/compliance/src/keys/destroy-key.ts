import {
  destroyKey,
  planDestruction,
  rewriteKeyTable,
  type Destruction,
} from '@holovitals/database';
import { openTrail } from '../audit/open-trail.ts';
import type { CommandContext, CommandResult } from '../command/package-command.ts';
import { confirmationMissing, destructionReasonMissing } from '../errors.ts';

/** Which version of the data key is to go, and what may be lost with it. */
export interface DestructionOrder {
  readonly version: number;
  /** It stands at the key for ever. */
  readonly reason: string | null;
  readonly mayLose: boolean;
  readonly isDryRun: boolean;
  readonly isConfirmed: boolean;
}

/**
 * Destroys a version of the data key and says so in the audit trail, in one transaction.
 *
 * @throws CodedError `COMPLIANCE.CONFIRMATION_MISSING`, `COMPLIANCE.DESTRUCTION_REASON_MISSING`, and
 *   those of the database's `planDestruction` and `destroyKey`
 */
export async function carryOutDestruction(
  context: CommandContext,
  { version, reason, mayLose, isDryRun, isConfirmed }: DestructionOrder,
): Promise<CommandResult> {
  const { session } = context;
  if (!isDryRun && reason === null) throw destructionReasonMissing();
  const plan = await planDestruction(context, version);
  if (isDryRun || reason === null) {
    return { data: { ...plan, isDone: false }, text: tellPlan(plan), state: 'done' };
  }
  if (!isConfirmed) {
    const what = `destroy version ${version} of the data key for ever`;
    throw confirmationMissing(`keys destroy --version ${version} --reason …`, what);
  }
  const trail = await openTrail(context, null);
  await context.inTransaction('destroying a key', async () => {
    await destroyKey(session, { plan, mayLose, reason });
    await trail.record({
      ...{ eventType: 'KEY_OPERATION', action: 'D', outcome: 'SUCCESS' },
      ...{ resourceType: 'EncryptionKey', resourceId: plan.id, recordCount: sumOf(plan) },
      reason: `destroyed data version ${version}, with ${sumOf(plan)} value(s) under it`,
    });
  });
  const isRewritten = await rewriteKeyTable(session);
  return {
    data: { ...plan, isDone: true, isRewritten },
    text: [
      `destroyed version ${version} of the data key, with ${sumOf(plan)} value(s) under it; nothing brings them back`,
      'Backups and log archives that were made before still hold it, wrapped: destroy these as well.',
      ...(isRewritten
        ? []
        : [
            'The file of encryption_keys may hold it still, since somebody uses or sees the table as it was: run `VACUUM FULL encryption_keys` when transactions that are open now have ended.',
          ]),
    ].join('\n'),
    state: isRewritten ? 'done' : 'warnings',
  };
}

function tellPlan({ version, status, values, references }: Destruction): string {
  const lost = [
    ...values.map(
      ({ table, column, values }) => `lost      ${table}.${column}: ${values} value(s)`,
    ),
    ...references.map(({ table, rows }) => `named by  ${table}: ${rows} row(s)`),
  ];
  const last =
    lost.length === 0
      ? 'nothing is under it any more'
      : 'they would be lost for ever: `pnpm migrator keys reencrypt` first';
  return [
    ...lost,
    `would     destroy version ${version} of the data key (${status}); ${last}`,
  ].join('\n');
}

function sumOf({ values }: Destruction): number {
  return values.reduce((sum, count) => sum + count.values, 0);
}
