import type pg from 'pg';

const RECORD = `create schema if not exists migrator;
create table if not exists migrator.contracts (
  migration text primary key,
  release text not null,
  noted_at timestamptz not null default now()
);`;

/** Since when a contract is held: the release whose deploy noted it first. */
export type ContractRecord = ReadonlyMap<string, string>;

/** Reads which release each contract was noted by; nothing where no deploy has noted one. */
export async function readContractRecord(client: pg.Client): Promise<ContractRecord> {
  const { rows: found } = await client.query<{ there: boolean }>(
    `select to_regclass('migrator.contracts') is not null as there`,
  );
  if (found[0]?.there !== true) return new Map();
  const { rows } = await client.query<{ migration: string; release: string }>(
    'select migration, release from migrator.contracts',
  );
  return new Map(rows.map(({ migration, release }) => [migration, release]));
}

/** Notes that this release is the first, or again the first, to hold contracts. */
export async function noteContracts(
  client: pg.Client,
  migrations: readonly string[],
  release: string,
): Promise<void> {
  if (migrations.length === 0) return;
  await client.query(RECORD);
  await client.query(
    `insert into migrator.contracts (migration, release) select unnest($1::text[]), $2
     on conflict (migration) do update set release = excluded.release, noted_at = now()`,
    [migrations, release],
  );
}
