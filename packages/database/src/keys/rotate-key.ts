import { randomBytes } from 'node:crypto';
import { v7 as uuidV7 } from 'uuid';
import { readKekId } from '../encryption/kek-rows.ts';
import type { KeyEncryptionKey } from '../encryption/key-encryption-key.ts';
import { makeSigningPair } from '../encryption/signing-key.ts';
import { keyNotRotatable, keyRotated, keyUnknown } from '../errors.ts';
import { claimKeys } from './claim-keys.ts';
import type { KeySession } from './key-session.ts';

/** Why a key is rotated: `encryption_keys_rotation_reason_list`. */
export const ROTATION_REASONS = [
  'SCHEDULED',
  'USES_EXHAUSTED',
  'COMPROMISE',
  'ALGORITHM',
  'REQUESTED',
] as const;
export type RotationReason = (typeof ROTATION_REASONS)[number];

/** What a rotation does, or would do. */
export interface Rotation {
  readonly alias: string;
  /** The version that protects now; null where none does. */
  readonly from: number | null;
  readonly to: number;
  /** What becomes of the old one. */
  readonly state: 'DEACTIVATED' | 'COMPROMISED';
}

interface KeyRow {
  readonly id: string;
  readonly version: number;
  readonly purpose: string;
  readonly algorithm: string;
  readonly status: string;
  readonly wrapped: Buffer | null;
}

const ROTATABLE = ['DATA', 'AUDIT_MAC', 'SIGNING'];

/**
 * Tells what {@link rotateKey} would do.
 *
 * @throws CodedError `DATABASE.KEY_UNKNOWN`, `DATABASE.KEY_NOT_ROTATABLE`
 */
export async function planRotation(
  session: KeySession,
  { alias, reason }: { readonly alias: string; readonly reason: RotationReason },
): Promise<Rotation> {
  const versions = await readVersions(session, alias, '');
  return planOf(alias, reason, versions);
}

/**
 * Makes a new version of a key, which protects from now on; the old one is deactivated, or
 * compromised where that is the reason, and goes on opening what it wrote (NIST SP 800-57 part 1,
 * 5.3.4 and 7). Works in the session's open transaction. Processes take the new version up within a
 * minute.
 *
 * @param plan as {@link planRotation} told it: where another session was quicker, nothing is done
 * @throws CodedError `DATABASE.KEYS_BUSY`, `DATABASE.KEY_ROTATED`, `DATABASE.KEY_UNKNOWN`,
 *   `DATABASE.KEY_NOT_ROTATABLE`, `DATABASE.ENCRYPTION_KEY_WRONG`
 */
export async function rotateKey(
  session: KeySession,
  kek: KeyEncryptionKey,
  { plan, reason }: { readonly plan: Rotation; readonly reason: RotationReason },
): Promise<{ readonly id: string }> {
  await claimKeys(session);
  const versions = await readVersions(session, plan.alias, 'for update');
  const now = planOf(plan.alias, reason, versions);
  if (now.from !== plan.from || now.to !== plan.to) throw keyRotated(plan.alias);
  // With a key that opens none of those there are, none may be added.
  for (const { wrapped, version } of versions) {
    if (wrapped !== null) await kek.unwrap(wrapped, { alias: plan.alias, version });
  }
  const old = versions.find(isInUse);
  const model = versions.at(-1);
  if (model === undefined) throw keyUnknown(plan.alias);
  if (old !== undefined) await retire(session, old.id, plan.state);
  const id = uuidV7();
  const { seed, spki } = makeMaterial(model.algorithm);
  await session.query(
    `insert into encryption_keys (id, alias, version, purpose, algorithm, status, wrapped_key,
       public_key, kek_id, activated_at, updated_at)
     values ($1, $2, $3, $4, $5, 'ACTIVE', $6, $7, $8, now(), now())`,
    [
      ...[id, plan.alias, plan.to, model.purpose, model.algorithm],
      ...[await kek.wrap(seed, { alias: plan.alias, version: plan.to }), spki],
      await readKekId(session, kek),
    ],
  );
  await session.query(
    `update encryption_keys set successor_id = $2, rotation_reason = $3, updated_at = now()
     where id = $1`,
    [old?.id ?? null, id, reason],
  );
  return { id };
}

async function readVersions(session: KeySession, alias: string, lock: '' | 'for update') {
  const { rows } = await session.query<KeyRow>(
    `select id, version, purpose, algorithm, status::text as status, wrapped_key as wrapped
     from encryption_keys where alias = $1 order by version ${lock}`,
    [alias],
  );
  return rows;
}

function planOf(alias: string, reason: RotationReason, versions: readonly KeyRow[]): Rotation {
  const last = versions.at(-1);
  if (last === undefined) throw keyUnknown(alias);
  if (!ROTATABLE.includes(last.purpose)) throw keyNotRotatable(alias, last.purpose);
  return {
    alias,
    from: versions.find(isInUse)?.version ?? null,
    to: last.version + 1,
    state: reason === 'COMPROMISE' ? 'COMPROMISED' : 'DEACTIVATED',
  };
}

function isInUse({ status }: KeyRow): boolean {
  return status === 'ACTIVE' || status === 'SUSPENDED';
}

async function retire(session: KeySession, id: string, state: Rotation['state']): Promise<void> {
  await session.query(
    `update encryption_keys set status = $2::text::key_status, updated_at = now(),
       compromised_at = case when $2 = 'COMPROMISED' then now() else compromised_at end
     where id = $1`,
    [id, state],
  );
}

function makeMaterial(algorithm: string): { seed: Uint8Array; spki: Buffer | null } {
  return algorithm === 'ED25519' ? makeSigningPair() : { seed: randomBytes(32), spki: null };
}
