export { assertApplicationRole } from './assert-application-role.ts';
export { createClient } from './create-client.ts';
export type { ClientOptions, Database } from './create-client.ts';
export * from './generated/client/enums.ts';
export { Prisma } from './generated/client/client.ts';
export { migrationsDirectory, schemaManifestPath } from './paths.ts';
