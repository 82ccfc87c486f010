export { startServer } from './start-server.ts';
export type { PostgresServer, ServerOptions } from './start-server.ts';
export { stopServer } from './stop-server.ts';
export { serverStatus } from './server-status.ts';
export type { ServerStatus } from './server-status.ts';
export { openCredentials } from './credentials.ts';
export type { Credentials } from './credentials.ts';
export { findWorkspaceRoot } from './workspace-root.ts';
