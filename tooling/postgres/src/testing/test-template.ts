import { createHash, randomBytes } from 'node:crypto';
import type pg from 'pg';
import { quoteName } from '../databases.ts';
import { notOurDatabase } from '../errors.ts';
import { markDatabase, NAME_PREFIX, readMarks } from './database-mark.ts';

const MARKED_ANEW_AFTER_MS = 3_600_000;

/** A database that is built once per key and then cloned. */
export interface TestTemplate {
  /** A hash of all it is made from. */
  readonly key: string;
  /** Fills an empty database, given its URL; its sessions are ended afterwards. */
  build(url: string): Promise<void>;
}

/** How databases are made: empty, or as clones. */
export interface DatabaseMaker {
  create(name: string, template?: string): Promise<void>;
  urlOf(name: string): string;
}

/**
 * Runs `work` with the name of a template, built where it is missing. Processes that need it at
 * once build it once: building holds an exclusive advisory lock, cloning a shared one.
 *
 * @throws CodedError `POSTGRES.NOT_OUR_DATABASE`
 */
export async function withTemplate(
  client: pg.Client,
  template: TestTemplate,
  maker: DatabaseMaker,
  work: (name: string) => Promise<void>,
): Promise<void> {
  const name = templateName(template.key);
  for (;;) {
    const isDone = await withAdvisoryLock(client, 'shared', name, async () => {
      if (!(await hasTemplate(client, name))) return false;
      await work(name);
      return true;
    });
    if (isDone) return;
    await withAdvisoryLock(client, 'exclusive', name, async () => {
      if (!(await hasTemplate(client, name))) await buildTemplate(client, template, maker, name);
    });
  }
}

/** Tells whether a database is a template of {@link withTemplate}. */
export function isTemplateName(name: string): boolean {
  return name.startsWith(templateName('').slice(0, -24));
}

/** Keys may be long or hold any character: the name is a hash of the key. */
function templateName(key: string): string {
  const digest = createHash('sha256').update(key).digest('hex').slice(0, 24);
  return `${NAME_PREFIX}template_${digest}`;
}

async function hasTemplate(client: pg.Client, name: string): Promise<boolean> {
  const found = await client.query('select 1 from pg_database where datname = $1', [name]);
  if (found.rowCount === 0) return false;
  const mark = (await readMarks(client)).get(name);
  if (mark === undefined) throw notOurDatabase(name);
  if (Date.now() - mark.usedAt > MARKED_ANEW_AFTER_MS) await markDatabase(client, name);
  return true;
}

/** Built under another name and renamed: a template is whole, or is not there. */
async function buildTemplate(
  client: pg.Client,
  template: TestTemplate,
  maker: DatabaseMaker,
  name: string,
): Promise<void> {
  const partial = `${NAME_PREFIX}building_${randomBytes(6).toString('hex')}`;
  await maker.create(partial);
  try {
    await template.build(maker.urlOf(partial));
    await client.query(`alter database ${quoteName(partial)} allow_connections false`);
    await client.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1',
      [partial],
    );
    await client.query(`alter database ${quoteName(partial)} rename to ${quoteName(name)}`);
  } catch (error) {
    await client.query(`drop database if exists ${quoteName(partial)} with (force)`);
    throw error;
  }
}

/** Runs `work` under a session's advisory lock on a name. */
async function withAdvisoryLock<T>(
  client: pg.Client,
  mode: 'shared' | 'exclusive',
  name: string,
  work: () => Promise<T>,
): Promise<T> {
  const suffix = mode === 'shared' ? '_shared' : '';
  await client.query(`select pg_advisory_lock${suffix}(hashtext($1))`, [name]);
  try {
    return await work();
  } finally {
    await client.query(`select pg_advisory_unlock${suffix}(hashtext($1))`, [name]);
  }
}
