/** @module-tag slow */
import { readFileSync } from 'node:fs';
import { createClient } from '@holovitals/database';
import { createSchemaDatabase } from '@holovitals/database/testing';
import { expect, it } from 'vitest';
import { detectors } from '../../src/watch/detectors.ts';
import { runMigrator } from '../run-migrator.ts';
import { MONTH_START, simulateMonth, type SimulatedAct } from '../simulate-month.ts';

const SEEDS = [1, 2, 3];
const DAY = 86_400_000;

it('raises as many false alarms in an ordinary month as docs/detectors.md says', async () => {
  const counts = new Map(detectors.map(({ name }) => [name, [] as number[]]));
  let rows = 0;
  for (const seed of SEEDS) {
    const found = await countAlarms(seed);
    rows += found.rows;
    for (const [name, of] of counts) of.push(found.alarms.get(name) ?? 0);
  }
  const told = new Map([...counts].map(([name, of]) => [name, of.join(', ')]));
  expect(Object.fromEntries(readFigures())).toEqual(Object.fromEntries(told));
  expect(rows).toBeGreaterThan(100_000);
}, 600_000);

/** Lets a month pass day by day; an officer resolves every evening what was raised. */
async function countAlarms(seed: number) {
  const month = simulateMonth(seed);
  const database = await createSchemaDatabase();
  const db = createClient({ url: database.url, maxConnections: 1 });
  const alarms = new Map<string, number>();
  let rows = 0;
  try {
    const { id: organizationId } = await db.organization.create({
      data: { name: 'Hospital', kind: 'PROVIDER', timezone: 'UTC' },
    });
    const validFrom = new Date(0);
    await db.user.createMany({
      data: month.staff.map((id) => ({
        ...{ id, email: `${id}@example.org`, status: 'ACTIVE' as const, organizationId },
      })),
    });
    await db.patient.createMany({
      data: month.patients.map(({ id, userId, isRestricted }) => ({
        ...{ id, userId, organizationId, confidentiality: isRestricted ? 'R' : 'N' },
      })),
    });
    await db.encounter.createMany({
      data: month.encounters.map(({ patientId, from, to }) => ({
        ...{ patientId, status: 'FINISHED', classCode: 'AMB', source: 'CLINICIAN_ENTERED' },
        ...{ periodStart: from, periodEnd: to },
      })),
    });
    await db.careTeamMember.createMany({
      data: month.careTeam.map((tie) => ({
        ...{ ...tie, role: '17561000', source: 'CLINICIAN_ENTERED', validFrom },
      })),
    });
    await db.patientRelationship.createMany({
      data: month.relatives.map(({ patientId, userId }) => ({
        ...{ patientId, relatedUserId: userId, relationshipCode: 'FAMMEMB', validFrom },
      })),
    });
    const write = async (acts: readonly (SimulatedAct | Place)[]) =>
      await db.$executeRawUnsafe(INSERT, JSON.stringify(acts), organizationId);
    await db.$queryRawUnsafe(
      `select made from ensure_audit_partitions('${MONTH_START.toISOString().slice(0, 10)}', 1) as it (made)`,
    );
    await write([
      { at: MONTH_START, event: 'INTEGRITY_CHECK', place: `0@${MONTH_START.toISOString()}` },
    ]);
    for (const [n, acts] of month.days.entries()) {
      await write(acts);
      rows += acts.length;
      const { code, stderr } = await runMigrator(database, ['audit', 'watch']);
      expect(code, stderr).toBe(0);
      const raised = await db.securityAlert.findMany({ where: { resolvedAt: null } });
      for (const { rule } of raised) alarms.set(rule, (alarms.get(rule) ?? 0) + 1);
      await db.securityAlert.updateMany({
        where: { resolvedAt: null },
        data: { resolvedAt: new Date(MONTH_START.getTime() + (n + 1) * DAY), resolution: 'BENIGN' },
      });
    }
  } finally {
    await db.$disconnect();
    await database.drop();
  }
  return { alarms, rows };
}

interface Place {
  readonly at: Date;
  readonly event: 'INTEGRITY_CHECK';
  /** Up to where the trail was watched. */
  readonly place: string;
}

const INSERT = `
  insert into audit_logs (id, shard, timestamp, event_type, action, outcome, user_id, agent_system, organization_id,
    patient_id, resource_type, resource_id, record_count, ip, changed_fields, hash, key_version)
  select gen_random_uuid(), 0, at, event::audit_event_type, 'E',
    (case event when 'LOGIN_FAILED' then '4' else '0' end)::audit_outcome, "by",
    case when "by" is null then 'test' end, case when event not like 'LOGIN%' and place is null then $2::uuid end, "patientId",
    case when place is not null then 'SecurityAlert' when event not like 'LOGIN%' then 'Patient' end, place, rows, ip, '{}', sha256(at::text::bytea), 1
  from jsonb_to_recordset($1::jsonb) as given (at timestamptz, event text, "by" uuid, "patientId" uuid,
    rows int, ip inet, place text)`;

/** The false alarms of each seed by detector, as the document has them in its last column. */
function readFigures(): [string, string][] {
  const text = readFileSync(new URL('../../../../docs/detectors.md', import.meta.url), 'utf8');
  return [...text.matchAll(/^\| `([a-z-]+)` .*\| ([\d, ]+?) +\|$/gm)].map(
    ([, name = '', figures = '']) => [name, figures],
  );
}
