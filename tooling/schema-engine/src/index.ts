export { dropDatabase } from './drop-database.ts';
export { openSchemaEngine } from './open-schema-engine.ts';
export type {
  HistoryMigration,
  SchemaEngine,
  SchemaFile,
  SchemaState,
} from './open-schema-engine.ts';
export type { EngineDatabases } from './engine-adapter.ts';
export { splitStatements } from './run-script.ts';
