import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClinicalContext } from '@holovitals/clinical';
import { schemaManifestPath } from '@holovitals/database';
import { createSchemaDatabase, type SchemaDatabase } from '@holovitals/database/testing';
import type { IdentityContext } from '@holovitals/identity';
import { openWorkspace } from '@holovitals/migrator';
import { readManifest } from '@holovitals/schema-composer';
import { buildServer, type ServerOptions } from '../src/build-server.ts';
import { readReadiness } from '../src/health/read-readiness.ts';
import { openPlatform } from '../src/open-platform.ts';
import type { Dependencies, Server } from '../src/routes.ts';
import { TEST_AUTHORITY } from './test-authority.ts';
import { ATLAS_FOLDER } from '../src/schema/atlas.routes.ts';

/** The API over a database of its own, with a clock that tests move. */
export interface TestPlatform {
  readonly database: SchemaDatabase;
  readonly identity: IdentityContext;
  readonly clinical: ClinicalContext;
  readonly server: Server;
  /** Where the bytes of files lie. */
  readonly fileFolder: string;
  /** `ENCRYPTION_KEY` and `SESSION_SECRET`, for another process of the API on the same database. */
  readonly keys: Readonly<Record<'ENCRYPTION_KEY' | 'SESSION_SECRET', string>>;
  /** Moves the clock on. */
  advance(ms: number): void;
  close(): Promise<void>;
}

/** Serves the API on a clone of the migrated database. */
export async function openTestPlatform(
  overrides: Partial<Dependencies> = {},
  options: Partial<ServerOptions> = {},
): Promise<TestPlatform> {
  const database = await createSchemaDatabase();
  let ahead = 0;
  const keys = {
    ENCRYPTION_KEY: randomBytes(32).toString('hex'),
    SESSION_SECRET: randomBytes(64).toString('hex'),
  };
  const fileFolder = await mkdtemp(join(tmpdir(), 'secure-files-'));
  const { identity, clinical, files, reads, close } = await openPlatform(
    {
      databaseUrl: database.appUrl,
      fileFolder,
      encryptionKey: keys.ENCRYPTION_KEY,
      codeKey: Buffer.from(keys.SESSION_SECRET, 'utf8'),
      oidc: {
        networks: ['127.0.0.1'],
        authorities: [TEST_AUTHORITY.certificate],
        timeoutMs: 1_000,
      },
      relyingParty: { id: 'localhost', origins: ['http://localhost:3000'] },
    },
    () => new Date(Date.now() + ahead),
  );
  const server = await buildServer(
    {
      db: identity.db,
      reads,
      identity,
      clinical,
      files,
      manifest: readManifest(schemaManifestPath),
      atlas: ATLAS_FOLDER,
      readReadiness: () => readReadiness(openWorkspace(), database.appUrl),
      ...overrides,
    },
    { logLevel: 'silent', requestsPerMinute: 0, trustedProxies: [], ...options },
  );
  return {
    database,
    identity,
    clinical,
    server,
    fileFolder,
    keys,
    advance(ms) {
      ahead += ms;
    },
    async close() {
      await server.close();
      await close();
      await database.drop();
      await rm(fileFolder, { recursive: true });
    },
  };
}
