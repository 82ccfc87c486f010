export { openTestServer } from './test-server.ts';
export type { TestServer } from './test-server.ts';
export { createTestDatabase } from './test-database.ts';
export type { TestDatabase, TestDatabaseOptions } from './test-database.ts';
