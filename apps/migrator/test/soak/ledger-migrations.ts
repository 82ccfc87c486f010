import type { Shop } from '../shop-workspace.ts';

/** A migration with its way back, and a query that is true exactly where it is applied. */
interface LedgerMigration {
  readonly name: string;
  readonly up: string;
  readonly down: string;
  readonly probe: string;
}

/** Migrations of each sort: rows written, rows changed, an index outside a transaction, rows copied. */
export const LEDGER: readonly LedgerMigration[] = [
  {
    name: '29990101000000_ledger',
    up: `create table ledger (id int primary key, amount int not null);
insert into ledger select n, n % 7 from generate_series(1, 30000) n;
`,
    down: 'drop table ledger;\n',
    probe: `to_regclass('ledger') is not null`,
  },
  {
    name: '29990102000000_notes',
    up: `create table copies as select id, amount from ledger;
alter table ledger add column note text;
update ledger set note = 'note ' || id;
`,
    down: 'alter table ledger drop column note;\ndrop table copies;\n',
    probe: `to_regclass('copies') is not null and exists (
      select from pg_attribute where attrelid = to_regclass('ledger') and attname = 'note')`,
  },
  {
    name: '29990103000000_index',
    up: 'create index concurrently ledger_amount on ledger (amount);\n',
    down: 'drop index ledger_amount;\n',
    probe: `exists (select from pg_index where indexrelid = to_regclass('ledger_amount') and indisvalid)`,
  },
  {
    name: '29990104000000_key',
    up: `-- lint-allow primary-key-builds-index: nobody uses it yet
alter table copies add primary key (id);
insert into copies select id + 100000, amount from ledger;
`,
    down: 'delete from copies where id > 100000;\nalter table copies drop constraint copies_pkey;\n',
    probe: `exists (select from pg_constraint where conname = 'copies_pkey')`,
  },
];

/** Adds them to a shop, sealed. */
export function addLedger(shop: Shop): void {
  for (const { name, up, down } of LEDGER) {
    shop.addMigration(name, up);
    shop.write(`db/migrations/${name}/down.sql`, down);
    const meta = { domains: ['catalog'], reversible: true, losses: [] };
    shop.write(`db/migrations/${name}/meta.json`, JSON.stringify(meta));
  }
  shop.seal();
}

/** What the rows are when all is applied. */
export const LEDGER_ROWS = `select (select concat(count(*), ' ', sum(amount), ' ', count(distinct note)) from ledger) as ledger,
  (select concat(count(*), ' ', sum(amount), ' ', count(distinct id)) from copies) as copies`;

/** Rows that no migration may touch. */
export const OTHER_ROWS = `select md5(string_agg(i::text, ',' order by id)) as items from items i`;
