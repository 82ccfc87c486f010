import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { v7 as uuidV7 } from 'uuid';
import { encryptionKeyExhausted } from '../errors.ts';
import { unwrapKey, wrapKey } from './key-wrap.ts';
import type { VersionedKey } from './seal.ts';

const FIRST_BLOCK = 2 ** 14;
const LARGEST_BLOCK = 2 ** 20;
/** How long a process goes on under a data key without asking whether it is still active. */
const FRESH_MS = 60_000;
/** NIST SP 800-38D, 8.3: uses of one GCM key with random nonces. */
const MOST_USES = 2 ** 32;

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
  /** Encrypts; its `version` stands in every ciphertext. */
  readonly data: VersionedKey & { readonly id: string };
  /** Every data key that can still decrypt, by version. */
  readonly dataVersions: ReadonlyMap<number, VersionedKey>;
  /** Outlives the data keys' rotation, so that indexes stay searchable. */
  readonly blindIndex: Uint8Array;
  readonly auditMac: VersionedKey;
}

/** The keys of one database, wrapped by one `ENCRYPTION_KEY`. */
export interface KeyRing {
  /** What was read last; undefined before the first {@link KeyRing.load}. */
  peek(): LoadedKeys | undefined;
  /**
   * Reads and unwraps the keys, and makes those that are missing; any number of processes may be
   * first at once. Kept after the first call.
   *
   * @throws CodedError `DATABASE.ENCRYPTION_KEY_WRONG`
   */
  load(): Promise<LoadedKeys>;
  /** Reads them again: another process may have rotated them. */
  reload(): Promise<LoadedKeys>;
  /**
   * Takes `uses` encryptions off the data key's limit, in blocks that the database counts. Once a
   * minute it asks whether the key is still active, and reads the keys again where it is not.
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
  encryptionKey: Uint8Array,
  freshMs: number = FRESH_MS,
): KeyRing {
  let loading: Promise<LoadedKeys> | undefined;
  let loaded: LoadedKeys | undefined;
  let reserving: Promise<void> = Promise.resolve();
  let left = 0;
  let block = FIRST_BLOCK;
  let askedAt = -Infinity;

  const load = () => {
    loading ??= withClient(url, (client) => readKeys(client, encryptionKey)).then(
      (keys) => (loaded = keys),
      (error: unknown) => {
        loading = undefined;
        throw error;
      },
    );
    return loading;
  };
  const reload = () => {
    loading = undefined;
    left = 0;
    return load();
  };
  // What is left of a block outlives a rotation; nothing may be written under the old key for long.
  const askWhetherActive = async () => {
    if (performance.now() - askedAt < freshMs) return;
    const { id } = (await load()).data;
    if (!(await withClient(url, (client) => isActive(client, id)))) await reload();
    askedAt = performance.now();
  };
  const takeBlock = async (uses: number) => {
    if (left >= uses) await askWhetherActive();
    if (left >= uses) {
      left -= uses;
      return;
    }
    const wanted = Math.max(block, uses);
    const id = (await load()).data.id;
    if (!(await withClient(url, (client) => countUses(client, id, wanted)))) {
      const { data } = await reload();
      const isRotated = data.id !== id;
      if (!isRotated || !(await withClient(url, (client) => countUses(client, data.id, wanted)))) {
        throw encryptionKeyExhausted();
      }
    }
    askedAt = performance.now();
    left += wanted - uses;
    block = Math.min(block * 2, LARGEST_BLOCK);
  };
  const reserve = async (uses: number) => {
    // In turn, so that each takes its own: a block is asked for by whoever finds too little left.
    reserving = reserving.catch(() => undefined).then(() => takeBlock(uses));
    await reserving;
    return await load();
  };
  return { peek: () => loaded, load, reload, reserve };
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

async function readKeys(client: pg.Client, encryptionKey: Uint8Array): Promise<LoadedKeys> {
  const found = await selectKeys(client);
  const rows = isComplete(found) ? found : await makeMissing(client, encryptionKey);
  const unwrapped = rows.map((row) => ({ ...row, key: unwrapKey(encryptionKey, row.wrapped_key) }));
  const active = (alias: string) => {
    const key = unwrapped.find((row) => row.alias === alias && row.status === 'ACTIVE');
    if (key === undefined) throw encryptionKeyExhausted();
    return key;
  };
  return {
    data: active('data'),
    dataVersions: new Map(
      unwrapped.filter(({ alias }) => alias === 'data').map((key) => [key.version, key]),
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
     where alias = any ($1) and kek_id is null and wrapped_key is not null
     order by alias, version`,
    [FIRST_KEYS.map(({ alias }) => alias)],
  );
  return rows;
}

async function makeMissing(client: pg.Client, encryptionKey: Uint8Array): Promise<KeyRow[]> {
  await client.query('begin');
  try {
    await client.query(
      `select pg_advisory_xact_lock(hashtextextended('encryption_keys first', 0))`,
    );
    const found = await selectKeys(client);
    // With a key that opens none of those there are, none may be added.
    for (const row of found) unwrapKey(encryptionKey, row.wrapped_key);
    for (const { alias, purpose, algorithm } of FIRST_KEYS) {
      if (found.some((row) => row.alias === alias)) continue;
      await client.query(
        `insert into encryption_keys
           (id, alias, version, purpose, algorithm, status, wrapped_key, activated_at, updated_at)
         values ($1, $2, 1, $3, $4, 'ACTIVE', $5, now(), now())`,
        [uuidV7(), alias, purpose, algorithm, wrapKey(encryptionKey, randomBytes(32))],
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

async function countUses(client: pg.Client, id: string, uses: number): Promise<boolean> {
  const { rowCount } = await client.query(
    `update encryption_keys set uses_reserved = uses_reserved + $2, updated_at = now()
     where id = $1 and status = 'ACTIVE' and uses_reserved + $2 <= $3`,
    [id, uses, MOST_USES],
  );
  return rowCount === 1;
}

async function isActive(client: pg.Client, id: string): Promise<boolean> {
  const { rowCount } = await client.query(
    `select from encryption_keys where id = $1 and status = 'ACTIVE'`,
    [id],
  );
  return rowCount === 1;
}
