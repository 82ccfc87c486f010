import { isCodedError } from '@holovitals/errors';
import type pg from 'pg';
import { backupUnsupported } from '../errors.ts';
import { queryCatalog } from '../objects/object-catalog.ts';
import type { BackupEngine, BackupHead } from './backup-format.ts';
import { dumpStructure, exportSnapshot } from './client/dump-structure.ts';
import { findClient, type DumpClient } from './client/find-client.ts';
import { commentStatements } from './schema/comment-statements.ts';
import { findUnwritable } from './schema/find-unwritable.ts';
import { ownerStatements } from './schema/owner-statements.ts';
import { readItems } from './schema/read-items.ts';
import { rightsStatements } from './schema/rights-statements.ts';

/** The structure of a database as SQL, and the roles that it names besides the owner. */
export interface WrittenSchema {
  readonly engine: BackupEngine;
  /** The version of `pg_dump`, where it wrote this. */
  readonly client: string | null;
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly roles: readonly string[];
}

/** Who is to write: by itself, `pg_dump` writes only what the built-in engine cannot. */
export type EngineChoice = BackupEngine | 'auto';

/** The database whose structure is written. */
export interface SchemaSource extends Pick<BackupHead, 'owner' | 'server'> {
  readonly url: string;
}

/**
 * Writes a database's structure as statements that make it in an empty one, as the transaction of a
 * session sees it.
 *
 * @throws CodedError `MIGRATOR.BACKUP_UNSUPPORTED` for what the built-in engine cannot write,
 * `MIGRATOR.CLIENT_MISSING` where no `pg_dump` fits, `MIGRATOR.BACKUP_FAILED`
 */
export async function writeSchema(
  client: pg.Client,
  source: SchemaSource,
  choice: EngineChoice,
): Promise<WrittenSchema> {
  const program = await chooseClient(client, source.server.major, choice);
  const written =
    program === null ? await writeItself(client) : await dump(client, source, program);
  return {
    engine: program === null ? 'builtin' : 'pg_dump',
    client: program?.version ?? null,
    ...written,
    roles: await readRoles(client),
  };
}

type Statements = Pick<WrittenSchema, 'before' | 'after'>;

/** The `pg_dump` to use, or none. */
async function chooseClient(
  client: pg.Client,
  major: number,
  choice: EngineChoice,
): Promise<DumpClient | null> {
  if (choice === 'pg_dump') return findClient(major);
  const unwritable = (await findUnwritable(client)).map(({ identity }) => identity);
  if (unwritable.length === 0) return null;
  if (choice === 'builtin') throw backupUnsupported(unwritable, USE_CLIENT);
  try {
    return await findClient(major);
  } catch (error) {
    if (!isCodedError(error)) throw error;
    throw backupUnsupported(unwritable, error.fix ?? '');
  }
}

const USE_CLIENT =
  'Leave `--engine builtin` out: where a fitting pg_dump is installed, it writes them.';

async function dump(
  client: pg.Client,
  { url, owner }: SchemaSource,
  program: DumpClient,
): Promise<Statements> {
  const snapshot = await exportSnapshot(client);
  const { before, after } = await dumpStructure(program, { url, owner, snapshot });
  // It leaves large objects out, which are read like rows.
  const own = (await writeLast(client)).filter((sql) => OF_LARGE_OBJECT.test(sql));
  return { before, after: [...after, ...own] };
}

const OF_LARGE_OBJECT = /^(?:comment on|alter|grant [a-z, ]+ on|revoke all on) large object \d+ /i;

async function writeItself(client: pg.Client): Promise<Statements> {
  const items = await readItems(client);
  const sqlOf = (late: boolean) => items.filter((it) => it.late === late).flatMap(({ sql }) => sql);
  return {
    before: sqlOf(false),
    after: [...sqlOf(true), ...(await writeLast(client))],
  };
}

/** What is said of things that are there: comments, then owners, then rights. */
async function writeLast(client: pg.Client): Promise<string[]> {
  return [
    ...(await commentStatements(client)),
    ...(await ownerStatements(client)),
    ...(await rightsStatements(client)),
  ];
}

const ROLES = `
select distinct pg_get_userbyid(refobjid) as name
from pg_shdepend where dbid in (0, (select oid from pg_database where datname = current_database()))
  and refclassid = 'pg_authid'::regclass and deptype in ('o', 'a', 'r')
  and (dbid <> 0 or objid = (select oid from pg_database where datname = current_database()))
  and refobjid <> (select datdba from pg_database where datname = current_database())
union
select pg_get_userbyid(setrole) from pg_db_role_setting
where setrole <> 0 and setdatabase = (select oid from pg_database where datname = current_database())
order by 1`;

/** Roles that own something here, have rights, or are named by a policy. */
async function readRoles(client: pg.Client): Promise<string[]> {
  return (await queryCatalog<{ name: string }>(client, ROLES)).map(({ name }) => name);
}
