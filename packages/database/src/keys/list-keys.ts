import type { KeySession } from './key-session.ts';
import type { TableProgress } from './rewrap-progress.ts';

/** One version of a key, without its material. */
export interface ListedKey {
  readonly id: string;
  /** What it is for, by name: `data`. */
  readonly alias: string;
  readonly version: number;
  readonly purpose: string;
  readonly algorithm: string;
  /** A state of NIST SP 800-57 part 1, section 7. */
  readonly status: string;
  /** Its name at the key service that holds it; null where the database does. */
  readonly reference: string | null;
  readonly activatedAt: Date | null;
  readonly destroyedAt: Date | null;
  /** The version that took its place. */
  readonly successor: number | null;
  /** Encryptions handed out to processes: 2^32 is the limit of a data key (SP 800-38D, 8.3). */
  readonly usesReserved: number;
  /** How far its values are encrypted anew, by table. */
  readonly progress: Readonly<Record<string, TableProgress>> | null;
  /** When no value was under it any more. */
  readonly emptySince: Date | null;
}

/** Every version of every key, whatever its state. */
export async function listKeys(session: KeySession): Promise<ListedKey[]> {
  const { rows } = await session.query<ListedKey>(
    `select key.id, key.alias, key.version, key.purpose, key.algorithm, key.status::text as status,
       key.external_ref as reference,
       key.activated_at as "activatedAt", key.destroyed_at as "destroyedAt",
       successor.version as successor, key.uses_reserved::float as "usesReserved",
       key.rewrap_progress as progress, key.rewrap_verified_at as "emptySince"
     from encryption_keys as key left join encryption_keys as successor on successor.id = key.successor_id
     order by key.alias, key.version`,
  );
  return rows;
}
