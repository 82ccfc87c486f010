import { createHash } from 'node:crypto';
import type pg from 'pg';
import { quoteName } from '../databases.ts';
import { findWorkspaceRoot } from '../workspace-root.ts';
import type { TestServer } from './test-server.ts';

/** The role that owns test databases: it may create databases and roles, and is no superuser. */
export interface TestOwner {
  readonly name: string;
  /** Undefined where the role of `TEST_DATABASE_URL` owns them itself, being no superuser. */
  readonly password: string | undefined;
}

let known: { readonly url: string; readonly owner: TestOwner } | undefined;

/** Finds the owner of test databases, making it where it is missing. */
export async function ensureOwner(client: pg.Client, server: TestServer): Promise<TestOwner> {
  if (known?.url === server.url) return known.owner;
  const current = await client.query<{ name: string; is_superuser: boolean }>(
    'select rolname as name, rolsuper as is_superuser from pg_roles where rolname = current_user',
  );
  const self = current.rows[0];
  const owner =
    self === undefined || self.is_superuser
      ? await makeOwner(client, server)
      : { name: self.name, password: undefined };
  known = { url: server.url, owner };
  return owner;
}

async function makeOwner(client: pg.Client, server: TestServer): Promise<TestOwner> {
  const name = `test_owner_${workspaceKey()}`;
  const password = server.passwordOf(name);
  await client.query('select pg_advisory_lock(hashtext($1))', [name]);
  try {
    const found = await client.query('select 1 from pg_roles where rolname = $1', [name]);
    const verb = found.rowCount === 0 ? 'create' : 'alter';
    await client.query(
      `${verb} role ${quoteName(name)} login createdb createrole nosuperuser nobypassrls
         password ${client.escapeLiteral(password)}`,
    );
  } finally {
    await client.query('select pg_advisory_unlock(hashtext($1))', [name]);
  }
  return { name, password };
}

/** Two workspaces that share a server have an owner each, with a password each. */
function workspaceKey(): string {
  return createHash('sha256').update(findWorkspaceRoot()).digest('hex').slice(0, 8);
}
