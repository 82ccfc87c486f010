import { manifestModels } from '@holovitals/database';
import { recordKinds } from '@holovitals/clinical';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openClinic, type Clinic } from './clinic.ts';
import { exampleOf } from './record-examples.ts';

let clinic: Clinic;
let patient: string;
/** A connection of the application role that an earlier caller, the doctor, left as it was. */
let pooled: pg.Client;
let doctor: object;
/** The row of each list, by its table. */
const rows = new Map<string, { readonly id: string; readonly row: object }>();

beforeAll(async () => {
  clinic = await openClinic();
  const token = await clinic.staff('doctor@example.org', 'DOCTOR');
  patient = await clinic.patient(token);
  for (const { list, model } of recordKinds) {
    const place = `/v1/patients/${patient}/${list}`;
    const row = await exampleOf(clinic.owner, list, patient, token);
    const { status, body } = await clinic.as(token, 'POST', place, row);
    expect(status).toBe(201);
    const table = manifestModels().get(model)?.table ?? '';
    const stored = await clinic.owner.query<{ row: object }>(
      `select to_jsonb(t) - 'id' as row from ${table} as t where id = $1`,
      [body['id']],
    );
    rows.set(table, { id: String(body['id']), row: stored.rows[0]?.row ?? {} });
  }
  doctor = {
    userId: await clinic.userId('doctor@example.org'),
    organizationId: clinic.organizations[0],
    mfa: true,
  };
  pooled = new pg.Client({ connectionString: clinic.platform.database.appUrl });
  await pooled.connect();
});

afterAll(async () => {
  await pooled.end();
  await clinic.close();
});

/** Leaves an identity in the session, with the grants that its last statement was given. */
async function leaveBehind(actor: object): Promise<void> {
  await pooled.query('begin');
  await pooled.query('select set_actor($1)', [actor]);
  await pooled.query('select count(*) from patients');
  const { rows: settings } = await pooled.query<{ name: string; value: string }>(
    `select name, current_setting('holovitals.' || name, true) as value from unnest(array[
       'user_id', 'api_key_id', 'session_id', 'organization_id', 'agent_system', 'purpose_of_use',
       'ip', 'mfa', 'step_up', 'granted']) as name`,
  );
  await pooled.query('rollback');
  for (const { name, value } of settings) {
    await pooled.query(`select set_config('holovitals.' || $1, $2, false)`, [name, value]);
  }
}

async function call(actor: object, routine: string, options: object): Promise<unknown> {
  const id = crypto.randomUUID();
  const row = {
    ...{ id, timestamp: new Date(), event_type: 'PHI_READ', action: 'R', outcome: '0', shard: 0 },
    ...{
      source: 'test',
      patient_id: patient,
      changed_fields: [],
      key_version: 1,
      hash: `\\x${'00'.repeat(32)}`,
    },
    user_id: (actor as { userId?: string }).userId ?? null,
  };
  const { rows: answers } = await pooled.query<{ answer: unknown }>(
    'select audited_call($1, $2, $3, $4, $5) as answer',
    [actor, routine, patient, options, row],
  );
  const audited = await clinic.owner.query('select from audit_logs where id = $1', [id]);
  const answer = answers[0]?.answer ?? null;
  // What was answered was audited; what was not, was not.
  expect(audited.rowCount).toBe(answer === null || typeof answer === 'string' ? 0 : 1);
  return answer;
}

/** Every SQL function by which the API reads or changes a record, with what it asks for. */
function routines(): [string, object][] {
  const diagnosis = { table: 'patient_diagnoses', columns: ['id'], decimals: [], order: 'id' };
  const ofRows = [...rows].flatMap(([table, { id, row }]): [string, object][] => [
    [`${table}_read`, { record: id }],
    [`${table}_open`, { record: id }],
    [`${table}_write`, { row: { ...row, id: crypto.randomUUID() } }],
    [`${table}_write`, { record: id, row: { ...row, id: crypto.randomUUID() } }],
    [`${table}_enter_in_error`, { record: [...rows.values()][0]?.id, at: new Date() }],
  ]);
  return [
    ['patient_person', {}],
    ['patient_summary', {}],
    ['patient_timeline', { limit: 5 }],
    ['patient_records', { ...diagnosis, limit: 5 }],
    ...ofRows,
  ];
}

describe('an identity that was left in a pooled connection', () => {
  it('opens nothing to the next caller, on any way to the record', async () => {
    await leaveBehind(doctor);
    const { rows: left } = await pooled.query('select from patients where id = $1', [patient]);
    expect(left).toHaveLength(1);
    for (const actor of [{}, { userId: crypto.randomUUID(), mfa: true }]) {
      for (const [routine, options] of routines()) {
        expect([routine, await call(actor, routine, options)]).toEqual([routine, null]);
      }
    }
    for (const [table, { id }] of rows) {
      const { rows: kept } = await clinic.owner.query<{ id: string }>(
        `select id from ${table} where patient_id = $1`,
        [patient],
      );
      expect(kept).toEqual([{ id }]);
    }
  });

  it('closes nothing to the next caller', async () => {
    await leaveBehind({ userId: crypto.randomUUID() });
    for (const [routine, options] of routines().slice(0, 6)) {
      expect([routine, await call(doctor, routine, options)]).toEqual([
        routine,
        expect.any(Object),
      ]);
    }
  });
});
