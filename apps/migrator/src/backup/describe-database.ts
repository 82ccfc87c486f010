import { createHash } from 'node:crypto';
import type pg from 'pg';
import { readCatalog, type DatabaseCatalog } from '../catalog/read-catalog.ts';
import { readApplied } from '../history/applied.ts';
import type { BackupHead, SequenceValue, StoredEntry } from './backup-format.ts';
import { findUnwritable } from './schema/find-unwritable.ts';

const SERVER = `
select datname as database, pg_get_userbyid(datdba) as owner, pg_encoding_to_char(encoding) as encoding,
  datcollate as "collate", datctype as ctype, current_setting('server_version') as version,
  current_setting('server_version_num')::integer / 10000 as major,
  coalesce(to_jsonb(d) ->> 'datlocprovider', 'c') as provider,
  coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale') as locale
from pg_database d where datname = current_database()`;

/** What {@link describeDatabase} reads. */
export type DatabaseDescription = Pick<
  BackupHead,
  'database' | 'owner' | 'server' | 'lastMigration'
>;

/** Reads what a manifest says of a database and its server. */
export async function describeDatabase(client: pg.Client): Promise<DatabaseDescription> {
  const { rows } = await client.query<
    BackupHead['server'] & { readonly database: string; readonly owner: string }
  >(SERVER);
  const [row] = rows;
  if (row === undefined) throw new Error('a session without a database');
  const { database, owner, ...server } = row;
  const applied = (await readApplied(client)).filter((it) => it.finished && !it.rolledBack);
  return {
    database,
    owner,
    server,
    lastMigration:
      applied
        .map(({ name }) => name)
        .sort()
        .at(-1) ?? null,
  };
}

/**
 * Reads the whole catalog, with what only `pg_dump` can write, and without what cannot come back:
 * indexes whose building failed.
 */
export async function readWholeCatalog(client: pg.Client): Promise<DatabaseCatalog> {
  const catalog = await readCatalog(client, { whole: true });
  const failed = new Set(
    [...catalog.values()].flatMap(({ kind, identity, definition }) =>
      kind === 'index' && / invalid( |$)/.test(definition) && !/ ON ONLY /.test(definition)
        ? [identity, `comment on table ${identity.slice('index '.length)}`]
        : [],
    ),
  );
  const others = await findUnwritable(client);
  return new Map([
    ...[...catalog].filter(([identity]) => !failed.has(identity)),
    ...others.map((entry) => [entry.identity, entry] as const),
  ]);
}

/** Turns a catalog into what a backup keeps of it. */
export function storeCatalog(catalog: DatabaseCatalog): StoredEntry[] {
  return [...catalog.values()].map(
    ({ identity, kind, schema, relation, definition }): StoredEntry => [
      ...([identity, kind, schema, relation, definition] as const),
    ],
  );
}

/** Tells whether two databases have the same structure. */
export function hashCatalog(entries: readonly StoredEntry[]): string {
  const lines = entries.map(([identity, , , , definition]) =>
    JSON.stringify([identity, definition]),
  );
  return createHash('sha256').update(lines.sort().join('\n')).digest('hex');
}

const SEQUENCES = `
select format('%I.%I', n.nspname, c.relname) as name
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind = 'S' and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  and not exists (select from pg_depend x where x.classid = 'pg_class'::regclass and x.objid = c.oid and x.deptype = 'e')
order by 1`;

const SEQUENCES_AT_ONCE = 200;

/** Reads where each sequence stands. A value may be ahead of the rows, never behind them. */
export async function readSequences(client: pg.Client): Promise<SequenceValue[]> {
  const { rows: sequences } = await client.query<{ name: string }>(SEQUENCES);
  const values: SequenceValue[] = [];
  for (let at = 0; at < sequences.length; at += SEQUENCES_AT_ONCE) {
    const some = sequences.slice(at, at + SEQUENCES_AT_ONCE);
    const { rows } = await client.query<Omit<SequenceValue, 'name'> & { readonly place: number }>(
      some
        .map(
          ({ name }, place) =>
            `select ${place} as place, last_value::text as value, is_called as "isCalled" from ${name}`,
        )
        .join(' union all ')
        .concat(' order by place'),
    );
    values.push(
      ...rows.map(({ place, value, isCalled }) => ({
        name: some[place]?.name ?? '',
        value,
        isCalled,
      })),
    );
  }
  return values;
}
