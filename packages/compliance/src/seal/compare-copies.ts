import { isDeepStrictEqual } from 'node:util';
import type { AuditKeys } from '@holovitals/database';
import type { CommandContext } from '../command/package-command.ts';
import { copiesMissing } from '../errors.ts';
import { isSigned, type Checkpoint } from './checkpoint.ts';
import { readCopies, type CopiedCheckpoint } from './checkpoint-files.ts';
import { findCheckpoints } from './checkpoint.store.ts';
import type { Fault } from './fault.ts';

const COPIES_AT_ONCE = 500;

interface Comparison {
  readonly folder: string;
  readonly keys: AuditKeys;
  readonly fault: (fault: Fault) => void;
}

/** How many copies were compared, and how many lines are none: cut short by a crash, or changed. */
export interface ComparedCopies {
  readonly copies: number;
  readonly unreadable: number;
}

/**
 * Compares every copy with the database: a checkpoint that was removed from there, or signed anew,
 * shows here.
 *
 * @throws CodedError `COMPLIANCE.CHECKPOINT_COPIES_MISSING`
 */
export async function compareCopies(
  context: CommandContext,
  { folder, keys, fault }: Comparison,
): Promise<ComparedCopies> {
  let [copies, unreadable] = [0, 0];
  let waiting: Checkpoint[] = [];
  const compare = async () => {
    const ids = waiting.map(({ id }) => id);
    const stored = await findCheckpoints(context.session, ids);
    for (const copy of waiting) {
      const why = differs(copy, stored.get(copy.id), keys);
      if (why !== null) {
        const { id, shard, firstSeq } = copy;
        fault({ ...why, shard, seq: firstSeq, row: null, checkpoint: id });
      }
    }
    copies += waiting.length;
    waiting = [];
    context.progress(`${copies} copies compared`);
  };
  for await (const copy of readCopies(folder)) {
    if (copy === null) unreadable += 1;
    else waiting.push(copy.checkpoint);
    if (waiting.length >= COPIES_AT_ONCE) await compare();
  }
  await compare();
  if (copies === 0) throw copiesMissing();
  return { copies, unreadable };
}

function differs(
  copy: Checkpoint,
  stored: Checkpoint | undefined,
  keys: AuditKeys,
): Pick<Fault, 'kind' | 'why'> | null {
  if (!isSigned(copy, keys.signers.get(copy.keyId))) {
    return { kind: 'COPY_FORGED', why: 'The signature of a copy is not of its content.' };
  }
  if (stored === undefined) {
    return { kind: 'CHECKPOINT_REMOVED', why: 'Its copy is there; in the database it is not.' };
  }
  if (!isDeepStrictEqual({ ...stored }, { ...copy })) {
    return { kind: 'CHECKPOINT_FORGED', why: 'Its copy says something else.' };
  }
  return null;
}

/** The copy of a checkpoint; null where none is that very one. */
export async function findCopy(
  folder: string,
  { id, signature }: Checkpoint,
): Promise<CopiedCheckpoint | null> {
  for await (const copy of readCopies(folder)) {
    if (copy?.checkpoint.id === id && copy.checkpoint.signature === signature) return copy;
  }
  return null;
}
