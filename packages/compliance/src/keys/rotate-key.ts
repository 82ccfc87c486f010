import {
  planRotation,
  requireKeyEncryptionKey,
  rotateKey,
  type Rotation,
  type RotationReason,
} from '@holovitals/database';
import { openTrail } from '../audit/open-trail.ts';
import type { CommandContext, CommandResult } from '../command/package-command.ts';
import { confirmationMissing } from '../errors.ts';

/** What is to be rotated, and whether it is meant. */
export interface RotationOrder {
  readonly alias: string;
  readonly reason: RotationReason;
  readonly isDryRun: boolean;
  readonly isConfirmed: boolean;
}

/**
 * Rotates a key and says so in the audit trail, in one transaction.
 *
 * @throws CodedError `COMPLIANCE.CONFIRMATION_MISSING`, and those of the database's `rotateKey`
 */
export async function carryOutRotation(
  context: CommandContext,
  { alias, reason, isDryRun, isConfirmed }: RotationOrder,
): Promise<CommandResult> {
  const { session } = context;
  const plan = await planRotation(session, { alias, reason });
  if (isDryRun) return answer(plan, null);
  if (!isConfirmed) throw confirmationMissing(`keys rotate --alias ${alias}`, stepsOf(plan));
  const kek = requireKeyEncryptionKey(process.env);
  const trail = await openTrail(context, null);
  const { id } = await context.inTransaction('rotating a key', async () => {
    const rotated = await rotateKey(session, kek, { plan, reason });
    await trail.record({
      ...{ eventType: 'KEY_OPERATION', action: 'C', outcome: 'SUCCESS' },
      ...{ resourceType: 'EncryptionKey', resourceId: rotated.id },
      reason: `rotated ${alias} from version ${plan.from ?? 'none'} to ${plan.to}: ${reason}`,
    });
    return rotated;
  });
  return answer(plan, id);
}

function answer(plan: Rotation, id: string | null): CommandResult {
  const { alias, to } = plan;
  const text =
    id === null
      ? `would     ${stepsOf(plan)}`
      : [
          `rotated   ${alias}: version ${to} protects; running processes take it up within a minute`,
          ...(alias === 'data'
            ? [
                'Older values are read as before; `pnpm migrator keys reencrypt` brings them under it.',
              ]
            : []),
        ].join('\n');
  return { data: { ...plan, id, isDone: id !== null }, text, state: 'done' };
}

function stepsOf({ alias, from, to, state }: Rotation): string {
  const old = from === null ? '' : `, and version ${from} becomes ${state}`;
  return `make version ${to} of ${alias}${old}`;
}
