import { existsSync } from 'node:fs';
import path from 'node:path';
import { findWorkspaceRoot } from '../workspace-root.ts';

/** Reads the workspace's `.env` where there is one; a variable that is set already stays. */
export function readEnvironmentFile(): void {
  const file = path.join(findWorkspaceRoot(), '.env');
  if (existsSync(file)) process.loadEnvFile(file);
}
