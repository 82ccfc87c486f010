export { createSchemaDatabase } from './schema-database.ts';
export type { SchemaDatabase } from './schema-database.ts';
