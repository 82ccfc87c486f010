import { createTestDatabase } from '@holovitals/postgres/testing';
import { createSchemaDatabase } from '@holovitals/database/testing';
import path from 'node:path';
import { root } from '../workspace.mjs';

export const migrator = path.join(root, 'apps/migrator/bin/migrator.mjs');
export const prisma = path.join(root, 'node_modules/prisma/build/index.js');
export const migrations = path.join(root, 'packages/database/prisma/migrations');

/** The environment of a program that works on a database. */
export function environmentOf(url) {
  return {
    ...process.env,
    DATABASE_URL: url,
    PRISMA_SCHEMA_ENGINE_BINARY: path.join(root, 'tooling/schema-engine/bin/schema-engine.mjs'),
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    CHECKPOINT_DISABLE: '1',
    DO_NOT_TRACK: '1',
  };
}

export { createSchemaDatabase, createTestDatabase };
