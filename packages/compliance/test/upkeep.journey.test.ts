/** @module-tag slow */
import { createClient, type Database } from '@holovitals/database';
import { createSchemaDatabase, type SchemaDatabase } from '@holovitals/database/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addPerson } from './add-person.ts';
import { addAuditRows, makeMonth, monthBefore } from './audit-rows.ts';
import { KEYS, runMigrator } from './run-migrator.ts';

let database: SchemaDatabase;
let db: Database;

beforeEach(async () => {
  database = await createSchemaDatabase();
  db = createClient({ url: database.url, maxConnections: 1, encryptionKey: KEYS.encryption });
});

afterEach(async () => {
  await db.$disconnect();
  await database.drop();
});

const maintain = (...args: string[]) => runMigrator(database, ['maintain', ...args]);

interface Outcome {
  readonly upkeep: readonly {
    readonly task: string;
    readonly state: string;
    readonly note: string;
  }[];
}

it('runs the upkeep of a period, opens what people owe once, and records who has done it', async () => {
  const preview = await maintain('weekly', '--dry-run', '--json');
  const { upkeep: planned } = JSON.parse(preview.stdout) as Outcome;
  expect(planned.map(({ task }) => task)).toEqual([
    'compliance/audit-months',
    'compliance/activity-review',
  ]);
  expect(await db.accessReview.count()).toBe(0);

  const first = await maintain('weekly', '--json');
  expect(first.code).toBe(0);
  const { upkeep } = JSON.parse(first.stdout) as Outcome;
  expect(upkeep.map(({ state }) => state)).toEqual(['done', 'open']);
  expect(upkeep[1]?.note).toContain('0 failed log-ins, 0 break-glass episodes');
  expect((await maintain('weekly')).stdout).toMatch(
    /\[x\] compliance\/audit-months[^]+\[ \] compliance\/activity-review/,
  );
  const [review, ...more] = await db.accessReview.findMany();
  expect(more).toEqual([]);
  expect(review).toMatchObject({
    kind: 'SYSTEM_ACTIVITY',
    status: 'RECEIVED',
    scope: 'upkeep: activity-review',
  });
  expect(review?.periodStart.getUTCDay()).toBe(1);

  const done = ['weekly', '--done', 'activity-review', '--by'];
  expect((await maintain(...done, 'nobody@example.org')).stderr).toContain(
    'COMPLIANCE.PERSON_UNKNOWN',
  );
  expect((await maintain('weekly', '--done', 'audit-months', '--by', 'x')).stderr).toContain(
    'There are: activity-review.',
  );
  await addPerson(db, 'doctor@example.org', 'DOCTOR');
  expect((await maintain(...done, 'doctor@example.org')).stderr).toContain(
    'COMPLIANCE.PERSON_NOT_PERMITTED',
  );
  const officer = await addPerson(db, 'officer@example.org', 'ADMIN');
  expect(await maintain(...done, 'officer@example.org', '--note', 'nothing odd')).toMatchObject({
    code: 0,
  });
  expect(await db.accessReview.findFirst()).toMatchObject({
    status: 'FULFILLED',
    reviewerId: officer,
    findings: [{ key: 'note', severity: 'INFO', text: 'nothing odd' }],
  });
  expect((await maintain(...done, officer)).stderr).toContain('COMPLIANCE.REVIEW_MISSING');
  expect((await maintain('weekly')).stdout).toContain('[x] compliance/activity-review');
  expect(await maintain('daily')).toMatchObject({ code: 2 });
  expect(await maintain('weekly', '--by', 'x')).toMatchObject({ code: 2 });
});

it('tells in health what is overdue, and a task that fails keeps none of the others from being done', async () => {
  await addAuditRows(db, await makeMonth(db, monthBefore(100)), 3);
  await db.$executeRawUnsafe(
    `update _prisma_migrations set finished_at = now() - interval '3 years'`,
  );
  const health = async () => {
    const { stdout } = await runMigrator(database, ['health', '--json']);
    const { findings } = JSON.parse(stdout) as { findings: { code: string; what: string }[] };
    return findings
      .filter(({ code }) => /^compliance\/(upkeep|audit-archive)$/.test(code))
      .map(({ what }) => what);
  };
  expect(await health()).toEqual([
    expect.stringMatching(/^The weekly upkeep was not begun since /),
    expect.stringMatching(/^The monthly upkeep was not begun since /),
    expect.stringMatching(/^The quarterly upkeep was not begun since /),
    expect.stringMatching(/^The annual upkeep was not begun since /),
    expect.stringMatching(/^1 month\(s\) of the audit log should have been archived/),
  ]);

  // Nobody could open the archive: it fails, and retention is looked at all the same.
  const monthly = await runMigrator(database, ['maintain', 'monthly'], { BACKUP_RECIPIENTS: '' });
  expect(monthly.code).toBe(4);
  expect(monthly.stdout).toMatch(
    /\[!\] compliance\/archive[^]+RECIPIENTS_MISSING[^]+\[x\] compliance\/retention/,
  );
  for (const period of ['weekly', 'quarterly', 'annually']) {
    expect((await maintain(period)).code).toBe(0);
  }
  expect(await health()).toEqual([expect.stringMatching(/^1 month\(s\)/)]);
});
