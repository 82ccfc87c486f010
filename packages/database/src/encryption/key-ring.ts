import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { v7 as uuidV7 } from 'uuid';
import { encryptionKeyExhausted } from '../errors.ts';
import type { KeySession } from '../keys/key-session.ts';
import { readKekId } from './kek-rows.ts';
import type { KeyEncryptionKey } from './key-encryption-key.ts';
import type { VersionedKey } from './seal.ts';

const FIRST_BLOCK = 2 ** 14;
const LARGEST_BLOCK = 2 ** 20;
/** How long a process goes on under keys without asking which there are. */
const FRESH_MS = 60_000;
/** NIST SP 800-38D, 8.3: uses of one GCM key with random nonces. */
const MOST_USES = 2 ** 32;

/** NIST SP 800-57 part 1, section 7: states in which a key processes what it once protected. */
export const DECRYPTING: ReadonlySet<string> = new Set(['ACTIVE', 'DEACTIVATED', 'COMPROMISED']);

/** The keys every installation has, made with the first encrypted write. */
const FIRST_KEYS = [
  { alias: 'data', purpose: 'DATA', algorithm: 'AES-256-GCM' },
  { alias: 'blind-index', purpose: 'BLIND_INDEX', algorithm: 'HMAC-SHA-256' },
  { alias: 'audit-mac', purpose: 'AUDIT_MAC', algorithm: 'HMAC-SHA-256' },
] as const;

interface KeyRow {
  readonly id: string;
  readonly alias: string;
  readonly version: number;
  readonly status: string;
  readonly wrapped_key: Buffer;
}

/** The unwrapped keys of a database, as of when they were read. */
export interface LoadedKeys {
  /**
   * Encrypts; its `version` stands in every ciphertext.
   *
   * @throws CodedError `DATABASE.ENCRYPTION_KEY_EXHAUSTED` where none is active
   */
  readonly data: VersionedKey & { readonly id: string };
  /** Every data key that may still decrypt, by version: none that is suspended or not active yet. */
  readonly dataVersions: ReadonlyMap<number, VersionedKey>;
  /** Outlives the data keys' rotation, so that indexes stay searchable. */
  readonly blindIndex: Uint8Array;
  readonly auditMac: VersionedKey;
}

/** The keys of one database, wrapped by one key-encryption key. */
export interface KeyRing {
  /** What was read within the last minute; undefined where {@link KeyRing.load} must be asked. */
  peek(): LoadedKeys | undefined;
  /**
   * Reads and unwraps the keys, and makes those that are missing; any number of processes may be
   * first at once. Kept for a minute, so that what becomes of a key is heeded.
   *
   * @throws CodedError `DATABASE.ENCRYPTION_KEY_WRONG`
   */
  load(): Promise<LoadedKeys>;
  /**
   * Reads them again for a version of the data key that is not among them: another process may have
   * made it. Asked again within the minute for one that was not there, it reads nothing.
   */
  lookFor(version: number): Promise<LoadedKeys>;
  /**
   * Takes `uses` encryptions off the data key's limit, in blocks that the database counts.
   *
   * @throws CodedError `DATABASE.ENCRYPTION_KEY_EXHAUSTED`
   */
  reserve(uses: number): Promise<LoadedKeys>;
}

/**
 * Opens the key ring of a database. It connects for itself when it must, and briefly: a caller
 * inside a transaction holds a connection that may be the pool's last.
 */
export function openKeyRing(
  url: string,
  kek: KeyEncryptionKey,
  freshMs: number = FRESH_MS,
): KeyRing {
  const unwrapped = new Map<string, Buffer>();
  const missing = new Set<number>();
  let reading: Promise<LoadedKeys> | undefined;
  let loaded: LoadedKeys | undefined;
  let readAt = -Infinity;
  let reserving: Promise<void> = Promise.resolve();
  let reserved = { id: '', left: 0 };
  let block = FIRST_BLOCK;

  const peek = () => (performance.now() - readAt < freshMs ? loaded : undefined);
  const read = async () => {
    const begun = performance.now();
    loaded = await withClient(url, (client) => readKeys(client, kek, unwrapped));
    readAt = begun;
    missing.clear();
    return loaded;
  };
  const readOnce = () => (reading ??= read().finally(() => (reading = undefined)));
  const load = async () => peek() ?? (await readOnce());
  const reload = async () => {
    // What is being read may be older than what the caller knows of.
    await reading?.catch(() => undefined);
    return await readOnce();
  };
  const lookFor = async (version: number) => {
    const known = peek();
    if (known !== undefined && missing.has(version)) return known;
    const keys = await reload();
    if (!keys.dataVersions.has(version)) missing.add(version);
    return keys;
  };
  const takeBlock = async (uses: number) => {
    const { id } = (await load()).data;
    // What is left of a block is the key's that it was taken of.
    if (reserved.id === id && reserved.left >= uses) {
      reserved.left -= uses;
      return;
    }
    const wanted = Math.max(block, uses);
    const count = (key: string) => withClient(url, (client) => countUses(client, key, wanted));
    if (await count(id)) reserved = { id, left: 0 };
    else {
      const { data } = await reload();
      if (data.id === id || !(await count(data.id))) throw encryptionKeyExhausted();
      reserved = { id: data.id, left: 0 };
    }
    reserved.left = wanted - uses;
    block = Math.min(block * 2, LARGEST_BLOCK);
  };
  const reserve = async (uses: number) => {
    // In turn, so that each takes its own: a block is asked for by whoever finds too little left.
    reserving = reserving.catch(() => undefined).then(() => takeBlock(uses));
    await reserving;
    return await load();
  };
  return { peek, load, lookFor, reserve };
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, application_name: 'key ring' });
  // A connection that is cut while it idles must not end the process; the next query tells.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function readKeys(
  client: pg.Client,
  kek: KeyEncryptionKey,
  unwrapped: Map<string, Buffer>,
): Promise<LoadedKeys> {
  const found = await selectKeys(client);
  const rows = isComplete(found) ? found : await makeMissing(client, kek);
  // What a key is never changes, its wrapping may: a process goes on when keys are wrapped anew.
  const open = async (row: KeyRow) => {
    const key = unwrapped.get(row.id) ?? (await kek.unwrap(row.wrapped_key, row));
    unwrapped.set(row.id, key);
    return { ...row, key };
  };
  const keys = await Promise.all(rows.map(open));
  for (const id of unwrapped.keys()) if (!keys.some((key) => key.id === id)) unwrapped.delete(id);
  const active = (alias: string) => {
    const key = keys.find((row) => row.alias === alias && row.status === 'ACTIVE');
    if (key === undefined) throw encryptionKeyExhausted();
    return key;
  };
  return {
    get data() {
      return active('data');
    },
    dataVersions: new Map(
      keys
        .filter(({ alias, status }) => alias === 'data' && DECRYPTING.has(status))
        .map((key) => [key.version, key]),
    ),
    blindIndex: active('blind-index').key,
    auditMac: active('audit-mac'),
  };
}

function isComplete(rows: readonly KeyRow[]): boolean {
  return FIRST_KEYS.every(({ alias }) => rows.some((row) => row.alias === alias));
}

async function selectKeys(client: pg.Client): Promise<KeyRow[]> {
  const { rows } = await client.query<KeyRow>(
    `select id, alias, version, status, wrapped_key from encryption_keys
     where alias = any ($1) and wrapped_key is not null
     order by alias, version`,
    [FIRST_KEYS.map(({ alias }) => alias)],
  );
  return rows;
}

async function makeMissing(client: pg.Client, kek: KeyEncryptionKey): Promise<KeyRow[]> {
  await client.query('begin');
  try {
    await client.query(
      `select pg_advisory_xact_lock(hashtextextended('encryption_keys first', 0))`,
    );
    const found = await selectKeys(client);
    // With a key that opens none of those there are, none may be added.
    for (const row of found) await kek.unwrap(row.wrapped_key, row);
    const kekId = await readKekId(client, kek);
    for (const { alias, purpose, algorithm } of FIRST_KEYS) {
      if (found.some((row) => row.alias === alias)) continue;
      await client.query(
        `insert into encryption_keys
           (id, alias, version, purpose, algorithm, status, wrapped_key, kek_id, activated_at, updated_at)
         values ($1, $2, 1, $3, $4, 'ACTIVE', $5, $6, now(), now())`,
        [
          ...[uuidV7(), alias, purpose, algorithm],
          ...[await kek.wrap(randomBytes(32), { alias, version: 1 }), kekId],
        ],
      );
    }
    const rows = await selectKeys(client);
    await client.query('commit');
    return rows;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

/** Takes uses off a key's limit; false where it has not that many left, or is not active. */
export async function countUses(session: KeySession, id: string, uses: number): Promise<boolean> {
  const { rows } = await session.query(
    `update encryption_keys set uses_reserved = uses_reserved + $2, updated_at = now()
     where id = $1 and status = 'ACTIVE' and uses_reserved + $2 <= $3 returning id`,
    [id, uses, MOST_USES],
  );
  return rows.length === 1;
}
