import {
  openKeyAt,
  requireKeyEncryptionKey,
  rewrapKeys,
  tryRewrapping,
  type RewrappedKey,
} from '@holovitals/database';
import { openTrail } from '../audit/open-trail.ts';
import type { CommandContext, CommandResult } from '../command/package-command.ts';
import { choiceInvalid, confirmationMissing } from '../errors.ts';

/** What is to wrap the keys, and whether it is meant. */
export interface RewrappingOrder {
  /** `env:NAME`, `file:PATH` or `kms:KEY_ID`. */
  readonly to: string;
  readonly isDryRun: boolean;
  readonly isConfirmed: boolean;
}

/**
 * Wraps every key anew under another key-encryption key and says so in the audit trail, in one
 * transaction.
 *
 * @throws CodedError `COMPLIANCE.CHOICE_INVALID`, `COMPLIANCE.CONFIRMATION_MISSING`, and those of the
 *   database's `rewrapKeys`
 */
export async function carryOutRewrapping(
  context: CommandContext,
  { to: place, isDryRun, isConfirmed }: RewrappingOrder,
): Promise<CommandResult> {
  const { session } = context;
  const to = openKeyAt(place, process.env);
  if (to === undefined) throw choiceInvalid('--to', ['env:NAME', 'file:PATH', 'kms:KEY_ID']);
  const order = { from: requireKeyEncryptionKey(process.env), to };
  if (isDryRun || !isConfirmed) {
    const keys = await tryRewrapping(session, order);
    const what = `wrap ${keys.length} key(s) anew under ${place}`;
    if (!isDryRun) throw confirmationMissing(`keys rewrap --to ${place}`, what);
    return answer(keys, `would     ${what}: each was tried`, false);
  }
  const trail = await openTrail(context, null);
  const keys = await context.inTransaction('wrapping keys anew', async () => {
    const rewrapped = await rewrapKeys(session, order);
    await trail.record({
      ...{ eventType: 'KEY_OPERATION', action: 'U', outcome: 'SUCCESS' },
      ...{ resourceType: 'EncryptionKey', recordCount: rewrapped.length },
      reason: `wrapped every key anew under another key-encryption key (${kindOf(place)})`,
    });
    return rewrapped;
  });
  return answer(
    keys,
    [
      `rewrapped ${keys.length} key(s) under ${place}, each of which was proved`,
      `From now on processes start with ${settingOf(place)} alone; those that run go on until keys are rotated.`,
      'Keep the old key-encryption key as long as backups that were made before.',
    ].join('\n'),
    true,
  );
}

function answer(keys: readonly RewrappedKey[], text: string, isDone: boolean): CommandResult {
  return { data: { keys, isDone }, text, state: 'done' };
}

function kindOf(place: string): string {
  return place.slice(0, place.indexOf(':'));
}

function settingOf(place: string): string {
  const name = place.slice(place.indexOf(':') + 1);
  if (kindOf(place) === 'file') return `ENCRYPTION_KEY_FILE="${name}"`;
  return kindOf(place) === 'kms'
    ? `ENCRYPTION_KMS_KEY_ID="${name}"`
    : `the value of ${name} as ENCRYPTION_KEY`;
}
