export { openTestServer } from './test-server.ts';
export type { TestServer } from './test-server.ts';
export { createTestDatabase } from './test-database.ts';
export type { TestDatabase, TestDatabaseOptions, TestTemplate } from './test-database.ts';
export { startScratchServer } from './scratch-server.ts';
export type { ScratchServer, ScratchServerOptions } from './scratch-server.ts';
export { OTHER_MAJORS } from './other-versions.ts';
export { startPgBouncer } from './start-pgbouncer.ts';
export type { PgBouncer, PgBouncerOptions } from './start-pgbouncer.ts';
