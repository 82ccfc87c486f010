import { statfsSync } from 'node:fs';
import path from 'node:path';
import { serverStatus } from '@holovitals/postgres';
import { notComposed, type DatabaseCheck, type Examination } from './examination.ts';
import { critical, ok, warning, type Verdict } from './finding.ts';

const GIB = 2 ** 30;
const SCARCE = { warning: 2 * GIB, critical: GIB / 4 } as const;

/** Room for the data, and extensions that the schema needs. */
export const storageChecks: readonly DatabaseCheck[] = [
  { name: 'disk', check: checkDisk },
  { name: 'extensions', check: checkExtensions },
];

async function checkDisk(examination: Examination): Promise<Verdict> {
  const { rows } = await examination.client.query<{ size: string }>(
    'select pg_database_size(current_database())::text as size',
  );
  const size = Number(rows[0]?.size ?? 0);
  const holds = `The database holds ${inGib(size)}`;
  const free = freeBytes(await dataFolder(examination));
  if (free === undefined) {
    return ok(`${holds}; the disk of another host cannot be seen from here.`);
  }
  const what = `${holds}; ${inGib(free)} of its disk are free.`;
  // A rewrite of the largest table needs its size again, for a while.
  if (free >= SCARCE.warning && free >= size / 2) return ok(what);
  return (free < SCARCE.critical ? critical : warning)(
    what,
    'A server whose disk is full stops, and a migration that rewrites a table needs its size again.',
    'Free some space before the next migration.',
  );
}

async function dataFolder({ client, target, workspace }: Examination): Promise<string | undefined> {
  if (target.kind === 'embedded') {
    return serverStatus(path.join(workspace.root, '.data', 'postgres')).dataDirectory;
  }
  // Readable to few roles, and a folder of this host only where the server runs on it.
  const { rows } = await client.query<{ folder: string | null; local: boolean }>(
    `select (select setting from pg_settings where name = 'data_directory') as folder,
            inet_server_addr() is null or inet_server_addr() <<= '127.0.0.0/8' or inet_server_addr() = '::1' as local`,
  );
  const { folder = null, local = false } = rows[0] ?? {};
  return local && folder !== null ? folder : undefined;
}

function freeBytes(folder: string | undefined): number | undefined {
  if (folder === undefined) return undefined;
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

function inGib(bytes: number): string {
  return `${(bytes / GIB).toFixed(2)} GiB`;
}

async function checkExtensions({ client, manifest }: Examination): Promise<Verdict> {
  if (manifest === null) return notComposed();
  const { rows } = await client.query<{ name: string; there: boolean; installable: boolean }>(
    `select wanted.name,
            exists (select from pg_extension where extname = wanted.name) as there,
            exists (select from pg_available_extension_versions v
                    where v.name = wanted.name
                      and (v.trusted or not v.superuser or current_setting('is_superuser') = 'on')
            ) as installable
     from unnest($1::text[]) as wanted (name) order by wanted.name`,
    [manifest.extensions],
  );
  const missing = rows.filter(({ there, installable }) => !there && !installable);
  if (missing.length === 0) {
    const names = rows.map(({ name, there }) => (there ? name : `${name} (not installed yet)`));
    return ok(names.length === 0 ? 'The schema needs no extension.' : `${names.join(', ')}.`);
  }
  const names = missing.map(({ name }) => name);
  return critical(
    `Neither installed nor installable by this role: ${names.join(', ')}.`,
    'The schema uses their types, operators or index methods.',
    `An administrator installs the server's extension packages and runs: ${names.map((name) => `CREATE EXTENSION "${name}";`).join(' ')}`,
  );
}
