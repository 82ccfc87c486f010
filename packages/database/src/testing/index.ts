export { createSchemaDatabase } from './schema-database.ts';
export type { SchemaDatabase } from './schema-database.ts';
export { startKeyService } from './start-key-service.ts';
export type { TestKeyService } from './start-key-service.ts';
