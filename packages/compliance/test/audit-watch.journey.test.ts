import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createClient, type Database } from '@holovitals/database';
import { createSchemaDatabase, type SchemaDatabase } from '@holovitals/database/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { healthChecks } from '../src/health-checks.ts';
import { alertEvidenceSchema } from '../src/index.ts';
import { detectors } from '../src/watch/detectors.ts';
import { makeMonth, monthBefore } from './audit-rows.ts';
import { writePlaceDatabase } from './place-database.ts';
import { KEYS, runMigrator } from './run-migrator.ts';
import { openWard, type Act, type Ward } from './suspicions.ts';

let database: SchemaDatabase;
let db: Database;
let ward: Ward;
let places: string;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const now = new Date();
/** A zone in which it is two o'clock in the afternoon now: noon is two hours ago, whenever this runs. */
const behind = now.getUTCHours() - 14;
const zone = `Etc/GMT${behind < 0 ? '' : '+'}${behind}`;
const at = (minutes: number) => new Date(now.getTime() - 2 * HOUR + minutes * MINUTE);
/** Two o'clock of the last night. */
const night = (minutes: number) => at(minutes - 10 * 60);

beforeAll(async () => {
  database = await createSchemaDatabase();
  db = createClient({ url: database.url, maxConnections: 2, encryptionKey: KEYS.encryption });
  ward = await openWard(db, zone);
  places = path.join(mkdtempSync(path.join(os.tmpdir(), 'places-')), 'city.mmdb');
  writeFileSync(places, writePlaceDatabase(PLACES));
  await makeMonth(db, monthBefore(1));
});

afterAll(async () => {
  await db.$disconnect();
  await database.drop();
  rmSync(path.dirname(places), { recursive: true });
});

interface Watched {
  readonly rows: number;
  readonly raised: number;
  readonly repeated: number;
}

async function watch(): Promise<Watched> {
  const { code, stdout, stderr } = await runMigrator(database, ['audit', 'watch', '--json'], {
    IP_LOCATIONS: places,
  });
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Watched;
}

const alertsOf = async (rule: string) => await db.securityAlert.findMany({ where: { rule } });
const opens = (by: string, patientId: string, when = at(0)): Act => ({
  ...{ at: when, by, patientId, resourceType: 'Patient', resourceId: patientId },
});
const fails = (by: string | null, minutes: number, ip = '192.0.2.1'): Act => ({
  ...({ at: at(minutes), by, ip, eventType: 'LOGIN_FAILED', action: 'E' } as const),
  outcome: 'MINOR_FAILURE',
});
const times = <T>(count: number, make: (n: number) => T) =>
  Array.from({ length: count }, (_, n) => make(n));

/** Enough people for one case. */
const people = async () =>
  (await Promise.all(times(4, () => ward.person()))) as [string, string, string, string];

/** A patient with an encounter on this day, so that opening the chart is nothing by itself. */
async function admitted(fields?: Parameters<Ward['patient']>[0]): Promise<string> {
  const patientId = await ward.patient(fields);
  await ward.encounter(patientId, at(-60));
  return patientId;
}

/** Who did what a rule is for, how much of it, and who nearly did. */
interface Case {
  readonly seen: string;
  readonly observed: number;
  readonly near: readonly string[];
}

const cases: Readonly<Record<string, () => Promise<Case>>> = {
  async 'own-family'() {
    const [aunt, stranger, guardian, refused] = await people();
    const niece = await admitted();
    const ward1 = await admitted();
    await ward.relative(aunt, niece);
    await ward.relative(refused, niece);
    await ward.relative(guardian, ward1, true);
    await ward.act(opens(aunt, niece), opens(aunt, niece, at(5)), opens(stranger, niece));
    await ward.act(opens(guardian, ward1), { ...opens(refused, niece), outcome: 'MINOR_FAILURE' });
    return { seen: aunt, observed: 2, near: [stranger, guardian, refused] };
  },
  async colleague() {
    const [nurse, doctor, sick] = await people();
    const chart = await admitted({ userId: sick });
    await ward.treats(doctor, chart);
    await ward.act(opens(nurse, chart), opens(doctor, chart), opens(sick, chart));
    return { seen: nurse, observed: 1, near: [doctor, sick] };
  },
  async vip() {
    const [clerk, doctor, other] = await people();
    const chart = await admitted({ confidentiality: 'V' });
    await ward.treats(doctor, chart);
    await ward.act(opens(clerk, chart), opens(doctor, chart), opens(other, await admitted()));
    return { seen: clerk, observed: 1, near: [doctor, other] };
  },
  async 'no-relationship'() {
    const [snoop, doctor, nurse, night] = await people();
    const chart = await ward.patient();
    await ward.treats(doctor, chart);
    await ward.act(opens(snoop, chart), opens(doctor, chart), opens(nurse, await admitted()));
    const emergencyAccessId = randomUUID();
    await ward.act({ ...opens(night, chart), purposeOfUse: 'BTG', emergencyAccessId });
    return { seen: snoop, observed: 1, near: [doctor, nurse, night] };
  },
  async 'many-charts'() {
    const [reader, busy, slow] = await people();
    const charts = await Promise.all(times(61, () => admitted()));
    await ward.act(...charts.map((chart, n) => opens(reader, chart, at(n / 2))));
    await ward.act(...charts.slice(1).map((chart, n) => opens(busy, chart, at(n / 2))));
    await ward.act(...charts.map((chart, n) => opens(slow, chart, at(n * 2 - 30))));
    return { seen: reader, observed: 61, near: [busy, slow] };
  },
  async 'export-volume'() {
    const [taker, officer] = await people();
    const exports = (by: string, recordCount: number, minutes: number): Act => ({
      ...({ at: at(minutes), by, recordCount, eventType: 'PHI_EXPORT', action: 'E' } as const),
      resourceType: 'Patient',
    });
    await ward.act(exports(taker, 600, 0), exports(taker, 401, 30), exports(officer, 1000, 0));
    return { seen: taker, observed: 1001, near: [officer] };
  },
  async 'failed-logins'() {
    const [attacked, forgetful, patient] = await people();
    await ward.act(
      ...times(11, (n) => fails(attacked, n)),
      ...times(10, (n) => fails(forgetful, n)),
    );
    await ward.act(...times(11, (n) => fails(patient, n * 7 - 60)));
    return { seen: attacked, observed: 11, near: [forgetful, patient] };
  },
  async 'odd-hours'() {
    const [curious, watchman, newcomer, brief] = await people();
    const charts = await Promise.all(times(3, () => admitted()));
    const [first = ''] = charts;
    const days = (by: string, start: Date) =>
      times(6, (n) => opens(by, first, new Date(start.getTime() - (n + 2) * DAY)));
    await ward.act(...days(curious, at(0)), ...days(watchman, at(0)), ...days(brief, at(0)));
    await ward.act(...days(watchman, night(0)).slice(0, 1));
    for (const by of [curious, watchman, newcomer]) {
      await ward.act(...charts.map((chart, n) => opens(by, chart, night(n))));
    }
    await ward.act(...charts.slice(1).map((chart, n) => opens(brief, chart, night(n))));
    return { seen: curious, observed: 3, near: [watchman, newcomer, brief] };
  },
  async 'impossible-travel'() {
    const [thief, neighbour, traveller, hidden] = await people();
    const chart = await admitted();
    const from = (by: string, ip: string, minutes: number): Act => ({
      ...{ ...opens(by, chart, at(minutes)), ip },
    });
    await ward.act(from(thief, '203.0.113.9', 0), from(thief, '198.18.2.9', 60));
    await ward.act(from(neighbour, '203.0.113.9', 0), from(neighbour, '198.18.1.9', 1));
    await ward.act(from(traveller, '203.0.113.9', -600), from(traveller, '198.18.2.9', 0));
    await ward.act(from(hidden, '203.0.113.9', 0), from(hidden, '10.0.0.1', 1));
    return { seen: thief, observed: 6763, near: [neighbour, traveller, hidden] };
  },
};

const PLACES = [
  { prefix: [203, 0, 113], latitude: 41.9, longitude: -87.6 }, // Chicago
  { prefix: [198, 18, 1], latitude: 39.8, longitude: -89.6 }, // Springfield
  { prefix: [198, 18, 2], latitude: 50.1, longitude: 8.7 }, // Frankfurt
];

const made = new Map<string, Case>();

describe('the detectors', () => {
  beforeAll(async () => {
    for (const [rule, make] of Object.entries(cases)) made.set(rule, await make());
    await ward.act(...times(21, (n) => fails(null, n, '198.51.100.7')));
    await ward.act(...times(20, (n) => fails(null, n, '198.51.100.8')));
    await watch();
  }, 60_000);

  it('each have a case', () => {
    const names = detectors.map(({ name }) => name).sort();
    expect([...Object.keys(cases), 'guessed-accounts'].sort()).toEqual(names);
  });

  it.each(Object.keys(cases))('%s finds who did it, and nobody who nearly did', async (rule) => {
    const { seen, observed, near } = made.get(rule) as Case;
    const found = await alertsOf(rule);
    expect(found.filter(({ userId }) => near.includes(userId ?? ''))).toEqual([]);
    const [alert, ...others] = found.filter(({ userId }) => userId === seen);
    expect(others).toEqual([]);
    expect(alert).toMatchObject({ organizationId: ward.organizationId, count: 1 });
    const evidence = alertEvidenceSchema.parse(alert?.evidence);
    expect(evidence.observed).toBe(observed);
    const rows = await db.auditLog.findMany({ where: { id: { in: evidence.auditLogIds ?? [] } } });
    expect(rows.length).toBeGreaterThan(0);
    expect(new Set(rows.map(({ userId }) => userId))).toEqual(new Set([seen]));
  });

  it('guessed-accounts finds the address from which they were guessed', async () => {
    const found = await alertsOf('guessed-accounts');
    expect(found).toMatchObject([{ userId: null, organizationId: null, count: 1 }]);
    expect(found[0]?.dedupeKey).toContain('198.51.100.7');
    expect(JSON.stringify(found[0]?.evidence)).not.toContain('198.51.100');
  });
});

describe('watching', () => {
  it('looks at each row once, and counts up what is seen again', async () => {
    expect(await watch()).toEqual({ rows: 0, raised: 0, repeated: 0 });
    const { seen } = made.get('vip') as Case;
    const [before] = (await alertsOf('vip')).filter(({ userId }) => userId === seen);
    const chart = before?.patientId ?? '';
    await ward.act(opens(seen, chart, new Date()));
    expect(await watch()).toEqual({ rows: 1, raised: 0, repeated: 1 });
    const [open] = (await alertsOf('vip')).filter(({ userId }) => userId === seen);
    expect(open).toMatchObject({ id: before?.id, count: 2 });

    const resolve = async (resolution: string, resolvedAt: Date) =>
      await db.securityAlert.updateMany({
        where: { userId: seen, rule: 'vip' },
        data: { resolvedAt, resolution },
      });
    await resolve('POLICY_VIOLATION', new Date());
    expect(await watch()).toEqual({ rows: 0, raised: 0, repeated: 0 });
    await ward.act(opens(seen, chart, new Date()));
    expect(await watch()).toEqual({ rows: 1, raised: 1, repeated: 0 });

    // What an officer found to be nothing is let be for a week, of this chart alone.
    await resolve('BENIGN', new Date());
    await ward.act(opens(seen, chart, new Date()));
    expect(await watch()).toEqual({ rows: 1, raised: 0, repeated: 0 });
    const another = await admitted({ confidentiality: 'R' });
    await ward.act(opens(seen, another, new Date()));
    expect(await watch()).toEqual({ rows: 1, raised: 1, repeated: 0 });
    await resolve('BENIGN', new Date(Date.now() - 8 * DAY));
    await ward.act(opens(seen, chart, new Date()));
    expect(await watch()).toEqual({ rows: 1, raised: 1, repeated: 0 });
  });

  it('sees also what its writer dated hours before', async () => {
    const [snoop] = await people();
    const chart = await ward.patient();
    await ward.act(opens(snoop, chart, at(-30)));
    expect(await watch()).toEqual({ rows: 1, raised: 1, repeated: 0 });
  });

  it('is missed by the health of the database when it stops', async () => {
    const check = healthChecks.find(({ name }) => name === 'audit-watch');
    const session = {
      query: async <Row extends object>(sql: string, values: readonly unknown[] = []) => ({
        rows: await db.$queryRawUnsafe<Row[]>(sql, ...values),
      }),
    };
    const [doctor] = await people();
    await ward.act(opens(doctor, await admitted(), new Date()));
    expect(await check?.look(session, new Date())).toEqual([]);
    const late = new Date(Date.now() + 2 * DAY);
    expect(await check?.look(session, late)).toMatchObject([{ severity: 'warning' }]);
  });

  it('says what it cannot see without a database of places, and refuses what is none', async () => {
    const without = await runMigrator(database, ['audit', 'watch']);
    expect(without).toMatchObject({ code: 0 });
    expect(without.stderr).toContain('IP_LOCATIONS is not set');
    const file = path.join(path.dirname(places), 'none.mmdb');
    writeFileSync(file, 'not a database of places');
    for (const wrong of [file, `${file}.gone`]) {
      const { code, stderr } = await runMigrator(database, ['audit', 'watch'], {
        IP_LOCATIONS: wrong,
      });
      expect(code).toBe(2);
      expect(stderr).toContain('COMPLIANCE.LOCATIONS_UNREADABLE');
    }
  });

  it('is done by one session at a time', async () => {
    const session = createClient({ url: database.url, maxConnections: 1 });
    await session.$queryRawUnsafe(
      `select pg_advisory_lock(hashtextextended('audit watcher', 0))::text`,
    );
    const { code, stderr } = await runMigrator(database, ['audit', 'watch']);
    await session.$disconnect();
    expect(code).toBe(3);
    expect(stderr).toContain('COMPLIANCE.WATCHER_RUNNING');
  });
});
