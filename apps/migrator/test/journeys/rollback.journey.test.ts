import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWorkspace } from '../../src/environment/workspace.ts';
import { rollback } from '../../src/rollback/rollback.ts';
import { prismaStatus } from '../prisma-status.ts';
import { BACKUP_KEY, newestMigration, openMigratedShop, type Shop } from '../shop-workspace.ts';

let shop: Shop;

beforeEach(async () => {
  shop = await openMigratedShop();
});

afterEach(() => shop.remove());

async function query<T>(sql: string): Promise<T[]> {
  const client = new pg.Client({ connectionString: shop.database.url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as T[];
  } finally {
    await client.end();
  }
}

async function status() {
  const run = await shop.migrator('status', '--json');
  return JSON.parse(run.stdout) as { applied: string[]; pending: string[]; rolledBack: string[] };
}

const FRAGMENT = 'packages/catalog/prisma/items.prisma';

/** Changes the schema, and migrates to it; answers the migration. */
async function migrate(name: string, change: (fragment: string) => string): Promise<string> {
  shop.write(FRAGMENT, change(shop.read(FRAGMENT)));
  expect(await shop.compose()).toMatchObject({ code: 0 });
  expect(await shop.migrator('dev', '--name', name)).toMatchObject({ code: 0 });
  return newestMigration(shop);
}

const addColour = (text: string) => text.replace('  updatedAt', '  colour String?\n  updatedAt');
const addShelf = (text: string) => `${text}
/// Where it stands.
/// @open
model Shelf {
  id   String @id @default(uuid(7)) @db.Uuid
  name String

  @@map("shelves")
}
`;

const item = `insert into items (id, name, price_cents, updated_at) values
  (gen_random_uuid(), 'apple', 50, now()), (gen_random_uuid(), 'pear', 70, now())`;

describe('rollback', () => {
  it(
    'undoes the newest migration as Prisma would see it, and deploy applies it again',
    { tags: 'slow' },
    async () => {
      const colour = await migrate('colour', addColour);
      const run = await shop.migrator('rollback', '--json');
      expect(run).toMatchObject({ code: 0 });
      expect(JSON.parse(run.stdout)).toMatchObject({
        migrations: [colour],
        lost: [],
        dryRun: false,
      });
      expect(await status()).toMatchObject({ pending: [colour], rolledBack: [colour] });
      expect(
        await query(`select from information_schema.columns where column_name = 'colour'`),
      ).toEqual([]);
      expect(
        await query(`select from _prisma_migrations
        where migration_name = '${colour}' and finished_at is not null and rolled_back_at is not null`),
      ).toHaveLength(1);
      expect(await prismaStatus(shop)).toContain(colour);
      expect(await shop.migrator('deploy')).toMatchObject({ code: 0 });
      expect(await shop.migrator('verify')).toMatchObject({ code: 0 });
      expect(await prismaStatus(shop)).toMatch(/up to date/);
    },
  );

  it(
    'backs up first, by which a loss that was accepted comes back whole',
    { tags: 'slow' },
    async () => {
      const colour = await migrate('colour', addColour);
      await query(item);
      await query(`update items set colour = 'red' where name = 'apple'`);
      const dry = await shop.migrator('rollback', '--dry-run');
      expect(dry.stderr).toMatch(/after a backup to backups.+\.backup\.age/);
      expect(existsSync(path.join(shop.root, 'backups'))).toBe(false);
      const run = await shop.migrator('rollback', '--accept-data-loss', '--json');
      expect(run).toMatchObject({ code: 0 });
      const { backup } = JSON.parse(run.stdout) as { backup: string };
      shop.write('backup.key', BACKUP_KEY.identity);
      const key = ['--identity', 'backup.key', '--json'];
      const back = await shop.migrator('restore', backup, '--replace', ...key);
      expect(back).toMatchObject({ code: 0 });
      const { kept } = JSON.parse(back.stdout) as { kept: string };
      expect(await status()).toMatchObject({ pending: [], rolledBack: [] });
      expect((await status()).applied).toContain(colour);
      expect(await query(`select name from items where colour = 'red'`)).toEqual([
        { name: 'apple' },
      ]);
      await query(`drop database "${kept}" with (force)`);
    },
  );

  it(
    'rolls nothing back where no backup can be made, unless none is wanted',
    { tags: 'slow' },
    async () => {
      const colour = await migrate('colour', addColour);
      const refuse = async (
        environment: Record<string, string>,
        args: string[],
        ...why: string[]
      ) => {
        const run = await shop.migratorWith(environment, 'rollback', ...args);
        expect(run.code).toBeGreaterThanOrEqual(2);
        expect(run.stderr).toContain('MIGRATOR.ROLLBACK_UNSAVED');
        for (const part of [...why, '--no-backup']) expect(run.stderr).toContain(part);
        expect((await status()).applied).toContain(colour);
      };
      await refuse({ BACKUP_RECIPIENTS: '' }, [], 'BACKUP_RECIPIENTS', '--plain-backup');
      await refuse({ BACKUP_RECIPIENTS: 'age1nobody' }, [], 'RECIPIENT_INVALID');
      await refuse({}, ['--backup', 'package.json'], 'BACKUP_EXISTS', '`--backup FILE`');
      await refuse({}, ['--backup', 'package.json/x'], 'BACKUP_UNWRITABLE');
      const without = await shop.migratorWith({ BACKUP_RECIPIENTS: '' }, 'rollback', '--no-backup');
      expect(without).toMatchObject({ code: 0 });
      expect(existsSync(path.join(shop.root, 'backups'))).toBe(false);
      expect(await shop.migrator('deploy')).toMatchObject({ code: 0 });
      const plain = await shop.migrator('rollback', '--plain-backup', '--backup', 'clear.backup');
      expect(plain).toMatchObject({ code: 0 });
      expect(plain.stderr).toContain('WARNING: not encrypted');
      expect(plain.stderr).toContain('restore clear.backup --replace');
    },
  );

  it('loses nothing that others write while the backup is taken', { tags: 'slow' }, async () => {
    const colour = await migrate('colour', addColour);
    await query(item);
    const { name: database, url: ownerUrl } = shop.database;
    const [ownerRole, appRole] = [new URL(ownerUrl).username, `${database}_app`];
    const urls = { ownerUrl, adminUrl: ownerUrl, appUrl: shop.appUrl, sideRoles: [] };
    const target = { kind: 'external', database, ownerRole, appRole, ...urls } as const;
    const backUp = async () => {
      await query(`update items set colour = 'secret red' where name = 'apple'`);
      return 'elsewhere';
    };
    await expect(rollback(openWorkspace(shop.root), target, { backUp })).rejects.toMatchObject({
      code: 'MIGRATOR.ROLLBACK_LOSES',
      why: '"public"."items"."colour" holds 1 value(s).',
    });
    expect((await status()).applied).toContain(colour);
    expect(await query('select from items where colour is not null')).toHaveLength(1);
  });

  it('undoes several, down to one that is named', { tags: 'slow' }, async () => {
    const [first] = (await status()).applied;
    await migrate('colour', addColour);
    await migrate('shelf', addShelf);
    expect(await shop.migrator('rollback', '--to', first ?? '')).toMatchObject({ code: 0 });
    expect((await status()).applied).toEqual([first]);
    expect(await query(`select from pg_class where relname = 'shelves'`)).toEqual([]);
  });

  it('refuses to lose values and says which columns hold how many, and changes nothing', async () => {
    await migrate('colour', addColour);
    await query(item);
    await query(`update items set colour = 'secret red' where name = 'apple'`);
    const run = await shop.migrator('rollback');
    expect(run).toMatchObject({ code: 3 });
    expect(run.stderr).toContain('MIGRATOR.ROLLBACK_LOSES');
    expect(run.stderr).toContain('"public"."items"."colour" holds 1 value(s)');
    expect(run.stderr).not.toContain('secret red');
    expect(await query(`select from items where colour is not null`)).toHaveLength(1);
    const dry = await shop.migrator('rollback', '--dry-run', '--json');
    expect(JSON.parse(dry.stdout)).toMatchObject({ lost: [{ values: 1 }], dryRun: true });
    expect((await status()).pending).toEqual([]);
    expect(await shop.migrator('rollback', '--accept-data-loss')).toMatchObject({ code: 0 });
    expect(await query('select from items')).toHaveLength(2);
  });

  it('calls a rename no loss', { tags: 'slow' }, async () => {
    const file = path.join(shop.migrations, '20990101000000_rename');
    shop.addMigration('20990101000000_rename', 'alter table items rename price_cents to cents;');
    writeFileSync(path.join(file, 'down.sql'), 'alter table items rename cents to price_cents;');
    writeFileSync(path.join(file, 'meta.json'), '{ "reversible": true, "losses": [] }');
    await shop.migrator('seal');
    await query(item);
    await query('drop function cheapest()');
    await query(
      `${(await import('node:fs')).readFileSync(path.join(file, 'migration.sql'), 'utf8')}`,
    );
    await query(`insert into _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
      values ('x', encode(sha256('alter table items rename price_cents to cents;'), 'hex'), '20990101000000_rename', now(), 1)`);
    const run = await shop.migrator('rollback', '--json');
    expect(run).toMatchObject({ code: 0 });
    expect(JSON.parse(run.stdout)).toMatchObject({ lost: [] });
    expect(await query('select price_cents from items')).toHaveLength(2);
  });

  it(
    'drops the objects that need what goes, and the next deploy brings them back',
    { tags: 'slow' },
    async () => {
      shop.write(
        'packages/catalog/sql/colours.sql',
        '-- Colours.\n-- @needs Item\ncreate or replace view colours as select colour from items;\n',
      );
      await migrate('colour', addColour);
      expect(await query(`select from pg_class where relname = 'colours'`)).toHaveLength(1);
      const run = await shop.migrator('rollback', '--json');
      expect(run).toMatchObject({ code: 0 });
      expect(JSON.parse(run.stdout)).toMatchObject({
        waitingObjects: ['packages/catalog/sql/colours.sql'],
      });
      expect(await shop.migrator('deploy')).toMatchObject({ code: 0 });
      expect(await query(`select from pg_class where relname = 'colours'`)).toHaveLength(1);
    },
  );

  it('undoes all or nothing', { tags: 'slow' }, async () => {
    const colour = await migrate('colour', addColour);
    const shelf = await migrate('shelf', addShelf);
    const down = path.join(shop.migrations, colour, 'down.sql');
    writeFileSync(down, 'alter table items drop column colour; select 1 / 0;');
    await shop.migrator('seal');
    const run = await shop.migrator('rollback', '--steps', '2');
    expect(run).toMatchObject({ code: 4 });
    expect(run.stderr).toContain('MIGRATOR.ROLLBACK_FAILED');
    expect((await status()).applied).toContain(shelf);
    expect(await query(`select from pg_class where relname = 'shelves'`)).toHaveLength(1);
  });

  it(
    'refuses a migration that says it cannot be undone, one that is edited, and odd numbers',
    { tags: 'slow' },
    async () => {
      const colour = await migrate('colour', addColour);
      const refuse = async (code: string, ...args: string[]) => {
        const run = await shop.migrator('rollback', ...args);
        expect(run.stderr).toContain(code);
        expect((await status()).applied).toContain(colour);
      };
      await refuse('CALL_INVALID', '--steps', '1.5');
      await refuse('NOTHING_TO_ROLL_BACK', '--steps', '99');
      await refuse('NOTHING_TO_ROLL_BACK', '--to', '20000101000000_nowhere');
      const meta = path.join(shop.migrations, colour, 'meta.json');
      writeFileSync(meta, '{ "reversible": false, "irreversible": "An enum value was added." }');
      await shop.migrator('seal');
      await refuse('ROLLBACK_IRREVERSIBLE');
      writeFileSync(path.join(shop.migrations, colour, 'migration.sql'), 'select 1;');
      await refuse('HISTORY_BROKEN');
    },
  );
});
