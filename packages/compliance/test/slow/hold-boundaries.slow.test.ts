/** @module-tag slow */
import { randomUUID } from 'node:crypto';
import { createClient, type Database } from '@holovitals/database';
import { createSchemaDatabase, type SchemaDatabase } from '@holovitals/database/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { addPerson } from '../add-person.ts';
import { addAuditRows, makeMonth } from '../audit-rows.ts';
import { runMigrator } from '../run-migrator.ts';

let database: SchemaDatabase;
let db: Database;
let officer: string;
let patientId: string;

beforeAll(async () => {
  database = await createSchemaDatabase();
  db = createClient({ url: database.url, maxConnections: 1 });
  officer = await addPerson(db, 'officer@example.org');
  const month = await makeMonth(db, new Date('2016-02-01'));
  ({ patientId } = await addAuditRows(db, month, 4));
});

afterAll(async () => {
  await db.$disconnect();
  await database.drop();
});

/** Whether a hold on the patient keeps February 2016, of which the archive was due in 2023. */
async function keepsFebruary(days: { from?: string; to?: string }, released?: string) {
  const id = randomUUID();
  const sql = (day?: string) => (day === undefined ? 'null' : `date '${day}'`);
  await db.$executeRawUnsafe(
    `insert into legal_holds (id, name, matter, scope_type, scope_id, data_from, data_to, placed_by_id,
       placed_at, updated_at, released_at, released_by_id, release_reason)
     select $1::uuid, 'h', $1::text, 'Patient', $2::uuid, ${sql(days.from)}, ${sql(days.to)}, $3::uuid,
       now() - interval '1 day', now(), moment, case when moment is not null then $3::uuid end,
       case when moment is not null then 'over' end
     from (select now() + $4::interval as moment) as release`,
    ...[id, patientId, officer, released ?? null],
  );
  const { stdout, code } = await runMigrator(database, ['archive', '--dry-run', '--json']);
  await db.$executeRawUnsafe('delete from legal_holds');
  expect(code).toBe(0);
  const { due, kept } = JSON.parse(stdout) as { due: unknown[]; kept: { why: string }[] };
  expect(due.length + kept.length).toBe(1);
  expect(kept.every(({ why }) => why.includes(id))).toBe(true);
  return kept.length === 1;
}

it.each([
  [{}],
  [{ from: '2016-02-29', to: '2016-02-29' }],
  [{ from: '2016-02-01', to: '2016-02-01' }],
  [{ from: '2016-02-10' }],
  [{ to: '2016-02-10' }],
  [{ from: '2000-01-01', to: '2030-12-31' }],
  // West of Greenwich the last of January lasts until noon of the first of February in UTC …
  [{ to: '2016-01-31' }],
  // … and east of it the first of March begins ten hours into the leap day.
  [{ from: '2016-03-01' }],
  [{ from: '2016-03-01', to: '2016-03-01' }],
  // The ends of what PostgreSQL calls a date.
  [{ from: '4713-01-01 BC', to: '5874897-12-31' }],
  [{ from: '-infinity', to: 'infinity' }],
])('a hold of the days %j keeps February 2016', async (days) => {
  expect(await keepsFebruary(days)).toBe(true);
});

it.each([
  [{ to: '2016-01-30' }],
  [{ from: '2016-03-02' }],
  [{ from: '2015-02-01', to: '2015-02-28' }],
  [{ from: 'infinity' }],
  [{ to: '-infinity' }],
])('a hold of the days %j does not', async (days) => {
  expect(await keepsFebruary(days)).toBe(false);
});

it('a hold that was released keeps nothing, and one that will be released keeps all until then', async () => {
  expect(await keepsFebruary({}, '-1 second')).toBe(false);
  expect(await keepsFebruary({}, '1 hour')).toBe(true);
});

it('a hold on a person covers what their keys did', async () => {
  const keyId = randomUUID();
  const month = await makeMonth(db, new Date('2016-01-01'));
  const person = await addPerson(db, 'keyed@example.org');
  await db.apiKey.create({
    data: {
      ...{ id: keyId, ownerUserId: person, name: 'k', keyPrefix: 'abcdefgh' },
      ...{ keyHash: new Uint8Array(32), expiresAt: new Date(Date.now() + 86_400_000) },
    } as never,
  });
  await addAuditRows(db, month, 2);
  await db.$executeRawUnsafe(`alter table ${month.table} disable trigger user`);
  await db.$executeRawUnsafe(`update ${month.table} set user_id = null, api_key_id = '${keyId}'`);
  await db.legalHold.create({
    data: {
      ...{ name: 'h', matter: 'm', scopeType: 'User', scopeId: person, placedById: officer },
    },
  });
  const { stdout } = await runMigrator(database, ['archive', '--dry-run', '--json']);
  const { kept } = JSON.parse(stdout) as { kept: { partition: string }[] };
  expect(kept).toMatchObject([{ partition: month.partition }]);
});
