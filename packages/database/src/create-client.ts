import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { CONNECTION_LIMITS, limitSession, type ConnectionLimits } from './connection-limits.ts';
import { encryptedClient, type Encryption } from './encryption/encrypted-client.ts';
import { openKeyRing } from './encryption/key-ring.ts';
import { heldKey, type KeyEncryptionKey } from './encryption/key-encryption-key.ts';
import { parseEncryptionKey } from './encryption/parse-encryption-key.ts';
import { PrismaClient } from './generated/client/client.ts';
import { createStatementRunner, type RunStatement } from './statements/run-statement.ts';
import { createStatementNames } from './statements/statement-names.ts';
import { withheldFields } from './withheld-fields.ts';

const KEEP_ALIVE_MS = 30_000;

/** The generated Prisma client over all domains, with field encryption and a way past Prisma. */
export type Database = PrismaClient & Encryption & { readonly $statement: RunStatement };

/** How {@link createClient} connects. */
export interface ClientOptions {
  /** A `postgresql://` URL of the application role. */
  readonly url: string;
  /** Shown as `application_name` in `pg_stat_activity`. */
  readonly applicationName?: string;
  /** Most connections of the pool; 10 unless told. */
  readonly maxConnections?: number;
  /** Milliseconds to wait for a connection before failing; 5,000 unless told. */
  readonly connectTimeoutMs?: number;
  /**
   * Milliseconds of silence after which the system asks whether the server is there; 30,000 unless
   * told, 0 for never.
   */
  readonly keepAliveMs?: number;
  /**
   * What the server ends by itself; {@link CONNECTION_LIMITS} unless told. Behind a pooler in
   * transaction mode they are the role's: `ALTER ROLE … SET statement_timeout = …`.
   */
  readonly limits?: ConnectionLimits;
  /**
   * `transaction`: a pooler in front gives each transaction another connection, so that statements
   * are not prepared by name.
   */
  readonly pooler?: 'transaction' | undefined;
  /**
   * What wraps the keys: as {@link findKeyEncryptionKey} found it, or 32 bytes in hex or base64.
   * Without it, encrypted fields cannot be used.
   */
  readonly encryptionKey?: KeyEncryptionKey | string | undefined;
}

/**
 * Creates a client with its own pool; nothing connects before the first query. What the application
 * role may not read is left out of every answer that does not `select` it.
 * Close it with `await db.$disconnect()`.
 *
 * @throws CodedError `DATABASE.ENCRYPTION_KEY_INVALID`
 * @example
 * const encryptionKey = findKeyEncryptionKey(process.env);
 * const db = createClient({ url: process.env.APP_DATABASE_URL, encryptionKey });
 * const patients = await db.patient.findMany({ where: { mrn: 'A-1001' } });
 */
export function createClient(options: ClientOptions): Database {
  const limits = limitSession(options.limits ?? CONNECTION_LIMITS);
  const keepAliveMs = options.keepAliveMs ?? KEEP_ALIVE_MS;
  const pool = new pg.Pool({
    connectionString: options.url,
    application_name: options.applicationName ?? 'holovitals',
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
    keepAlive: keepAliveMs > 0,
    keepAliveInitialDelayMillis: keepAliveMs,
    ...(options.pooler !== 'transaction' && { onConnect: limitOnConnect(limits) }),
  });
  // A connection that is cut while it idles must not end the process; the pool makes another.
  pool.on('error', () => undefined);
  const nameOf = options.pooler === 'transaction' ? () => undefined : createStatementNames();
  const adapter = new PrismaPg(pool, {
    statementNameGenerator: nameOf as (query: { sql: string }) => string,
  });
  const { url, encryptionKey } = options;
  const kek =
    typeof encryptionKey === 'string' ? heldKey(parseEncryptionKey(encryptionKey)) : encryptionKey;
  const ring = kek === undefined ? undefined : openKeyRing(url, kek);
  // The type of a client that omits fields is not the one that all stores are written for.
  const settings = { adapter, omit: withheldFields() } as { readonly adapter: PrismaPg };
  const client = new PrismaClient(settings);
  return encryptedClient(client, ring).$extends({
    client: {
      $statement: createStatementRunner(pool, nameOf),
      async $disconnect() {
        await client.$disconnect();
        if (!pool.ending) await pool.end();
      },
    },
  }) as unknown as Database;
}

/** The pool awaits what this answers, which its types do not tell. */
function limitOnConnect(sql: string): (client: pg.ClientBase) => void {
  const limit = (client: pg.ClientBase): unknown => client.query(sql);
  return limit;
}
