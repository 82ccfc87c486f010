import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from './generated/client/client.ts';

/** The generated Prisma client over all domains. */
export type Database = PrismaClient;

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
}

/**
 * Creates a client with its own pool; nothing connects before the first query.
 * Close it with `await db.$disconnect()`.
 *
 * @example
 * const db = createClient({ url: process.env.APP_DATABASE_URL });
 * const roles = await db.role.findMany();
 */
export function createClient(options: ClientOptions): Database {
  const adapter = new PrismaPg({
    connectionString: options.url,
    application_name: options.applicationName ?? 'holovitals',
    max: options.maxConnections ?? 10,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
  });
  return new PrismaClient({ adapter });
}
