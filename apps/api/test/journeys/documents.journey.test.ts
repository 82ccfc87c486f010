import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addFile } from '../add-file.ts';
import { openClinic, type Clinic } from '../clinic.ts';
import { exampleOf, RECORD_EXAMPLES } from '../record-examples.ts';

type Row = Record<string, unknown>;

let clinic: Clinic;
let doctor: string;
let colleague: string;
/** A patient's own session; each test gives the account's record to who needs it. */
let self: string;
/** A connection of the application role. */
let app: pg.Client;

beforeAll(async () => {
  clinic = await openClinic();
  doctor = await clinic.staff('doctor@example.org', 'DOCTOR');
  colleague = await clinic.staff('colleague@example.org', 'DOCTOR');
  self = await clinic.registered('self@example.org');
  app = new pg.Client({ connectionString: clinic.platform.database.appUrl });
  await app.connect();
});

afterAll(async () => {
  await app.end();
  await clinic.close();
});

const documents = (id: string, rest = '') => `/v1/patients/${id}/documents${rest}`;
const file = (id: string, token = doctor, columns: Row = {}) =>
  addFile(clinic.owner, id, token, columns);
const example = { ...RECORD_EXAMPLES['documents'] };

const post = async (token: string, id: string, rest: string, body: object) =>
  await clinic.as(token, 'POST', documents(id, rest), body);
const add = async (token: string, id: string, secureFileId: string, fields: Row = {}) => {
  const answer = await post(token, id, '', { ...example, ...fields, secureFileId });
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 201 });
  return answer.body;
};
const join = async (id: string, email: string) => {
  const member = { userId: await clinic.userId(email), role: '17561000' };
  const { status } = await clinic.as(doctor, 'POST', `/v1/patients/${id}/care-team`, member);
  expect(status).toBe(201);
};

/** Runs a statement as an account in the application's role; nothing of it stays. */
async function asAccount(email: string, sql: string, values: unknown[]): Promise<Row[]> {
  const actor = {
    userId: await clinic.userId(email),
    organizationId: clinic.organizations[0],
    mfa: true,
  };
  await app.query('begin');
  try {
    await app.query('select set_actor($1)', [actor]);
    return (await app.query<Row>(sql, values)).rows;
  } finally {
    await app.query('rollback');
  }
}

const sees = async (email: string, fileId: string) =>
  (await asAccount(email, 'select id from secure_files where id = $1', [fileId])).length === 1;

const insertion = `insert into documents (id, patient_id, type, secure_file_id, source, entered_by_id,
    supersedes_id, updated_at)
  values (uuid_v7(), $1, 'OTHER', $2, 'CLINICIAN_ENTERED', $3, $4, now()) returning id`;

const refused = { status: 400, body: { code: 'CLINICAL.REFERENCE_MISSING' } };

/** Files that no document of the patient may name, for the doctor. */
const CLOSED_FILES: readonly [string, (id: string) => Promise<string>][] = [
  ['that is not there', () => Promise.resolve(crypto.randomUUID())],
  ['of another patient', async () => await file(await clinic.patient(doctor))],
  ['of nobody', async (id) => await file(id, doctor, { patient_id: null })],
  ['that a colleague brought', async (id) => await file(id, colleague)],
  ['in quarantine', async (id) => await file(id, doctor, { status: 'QUARANTINED' })],
  ['that failed', async (id) => await file(id, doctor, { status: 'FAILED' })],
  ['that was deleted', async (id) => await file(id, doctor, { deleted_at: new Date() })],
  [
    'that was destroyed',
    async (id) =>
      await file(id, doctor, {
        ...{ status: 'DESTROYED', destroyed_at: new Date(), wrapped_data_key: null },
      }),
  ],
];

describe('a document', () => {
  it.each(CLOSED_FILES)('names no file %s', async (_name, closed) => {
    const id = await clinic.patient(doctor);
    const secureFileId = await closed(id);
    const { status, body } = await post(doctor, id, '', { ...example, secureFileId });
    expect({ status, body }).toMatchObject(refused);
    expect(body['detail']).toContain('secureFileId');
    const first = await add(doctor, id, await file(id));
    const place = `/${String(first['id'])}/corrections`;
    expect(await post(doctor, id, place, { secureFileId, reason: 'the other one' })).toMatchObject(
      refused,
    );
    const { body: list } = await clinic.as(doctor, 'GET', documents(id, '?history=true'));
    expect(list['items']).toEqual([first]);
    const userId = await clinic.userId('doctor@example.org');
    for (const corrected of [null, first['id']]) {
      await expect(
        asAccount('doctor@example.org', insertion, [id, secureFileId, userId, corrected]),
      ).rejects.toMatchObject({ code: '23503', constraint: 'documents_secure_file_id_fkey' });
    }
  });

  it('opens no file of another patient to who may write in one record', async () => {
    const [mine, other] = [await clinic.patient(doctor), await clinic.patient(colleague)];
    const wanted = await file(other, colleague);
    const theirs = await add(colleague, other, wanted);
    expect(await post(doctor, mine, '', { ...example, secureFileId: wanted })).toMatchObject(
      refused,
    );
    const userId = await clinic.userId('doctor@example.org');
    for (const corrected of [null, theirs['id']]) {
      await expect(
        asAccount('doctor@example.org', insertion, [mine, wanted, userId, corrected]),
      ).rejects.toMatchObject({ code: '23503' });
    }
    const own = await add(doctor, mine, await file(mine));
    for (const change of ['secure_file_id = $2', 'secure_file_id = $2, patient_id = $3']) {
      const values = [own['id'], wanted, ...(change.includes('$3') ? [other] : [])];
      await expect(
        asAccount('doctor@example.org', `update documents set ${change} where id = $1`, values),
      ).rejects.toMatchObject({ code: expect.stringMatching(/^(23001|23503)$/) as string });
    }
    expect(await sees('doctor@example.org', wanted)).toBe(false);
    expect(await sees('colleague@example.org', wanted)).toBe(true);
  });

  it('opens its file to who sees it, and to nobody else', async () => {
    const id = await clinic.patient(doctor);
    await join(id, 'colleague@example.org');
    const stranger = 'stranger@example.org';
    await clinic.staff(stranger, 'DOCTOR');
    const secureFileId = await file(id);
    expect(await sees('doctor@example.org', secureFileId)).toBe(true);
    expect(await sees('colleague@example.org', secureFileId)).toBe(false);
    await add(doctor, id, secureFileId);
    expect(await sees('colleague@example.org', secureFileId)).toBe(true);
    expect(await sees(stranger, secureFileId)).toBe(false);
  });

  it('that was entered in error keeps its file, as the history keeps it', async () => {
    const id = await clinic.patient(doctor);
    await join(id, 'colleague@example.org');
    const secureFileId = await file(id);
    const row = await add(doctor, id, secureFileId);
    const place = `/${String(row['id'])}/entered-in-error`;
    expect((await post(doctor, id, place, { reason: 'the wrong page' })).status).toBe(200);
    const { body } = await clinic.as(colleague, 'GET', documents(id, `/${String(row['id'])}`));
    expect(body).toMatchObject({ status: 'entered-in-error', docStatus: 'final', secureFileId });
    expect(await sees('colleague@example.org', secureFileId)).toBe(true);
  });

  it('is corrected by who sees its file through it, also when that is held back since', async () => {
    const id = await clinic.patient(doctor);
    await join(id, 'colleague@example.org');
    const secureFileId = await file(id);
    const row = await add(doctor, id, secureFileId);
    await clinic.owner.query(
      `update secure_files set status = 'QUARANTINED', scan_status = 'INFECTED' where id = $1`,
      [secureFileId],
    );
    const change = { title: 'Discharge, ward 7', reason: 'the ward was missing' };
    const { status, body } = await post(colleague, id, `/${String(row['id'])}/corrections`, change);
    expect({ status, body }).toMatchObject({
      status: 201,
      body: { title: 'Discharge, ward 7', secureFileId, version: 2 },
    });
    expect(await post(doctor, id, '', { ...example, secureFileId })).toMatchObject(refused);
  });

  it('has another file after a correction that names one', async () => {
    const id = await clinic.patient(doctor);
    const row = await add(doctor, id, await file(id));
    const secureFileId = await file(id);
    const change = { secureFileId, reason: 'the scan was blurred' };
    const place = `/${String(row['id'])}/corrections`;
    expect(await post(doctor, id, place, change)).toMatchObject({
      status: 201,
      body: { secureFileId },
    });
  });

  it('relates to another of the same patient', async () => {
    const [id, other] = [await clinic.patient(doctor), await clinic.patient(doctor)];
    const relates = { relatesToCode: 'replaces' };
    const first = await add(doctor, id, await file(id));
    const foreign = await add(doctor, other, await file(other));
    const next = { ...example, ...relates, secureFileId: await file(id) };
    const wrong = await post(doctor, id, '', { ...next, relatesToId: foreign['id'] });
    expect(wrong).toMatchObject(refused);
    expect(wrong.body['detail']).toContain('relatesToId');
    expect(await post(doctor, id, '', { ...next, relatesToId: first['id'] })).toMatchObject({
      status: 201,
      body: { ...relates, relatesToId: first['id'] },
    });
  });

  it('has no state of processing from its caller', async () => {
    const id = await clinic.patient(doctor);
    const row = { ...example, secureFileId: await file(id), processingStatus: 'COMPLETED' };
    expect((await post(doctor, id, '', row)).status).toBe(400);
  });
});

describe('the patient', () => {
  let id: string;

  beforeAll(async () => {
    id = await clinic.patient(doctor);
    const account = { email: 'self@example.org' };
    expect((await clinic.as(doctor, 'POST', `/v1/patients/${id}/account`, account)).status).toBe(
      200,
    );
  });

  /** Takes a permission from the role of patients while something is tried. */
  async function without(permission: string, attempt: () => Promise<void>): Promise<void> {
    const { rows } = await clinic.owner.query<{ row: Row }>(
      `delete from role_permissions as held using roles, permissions
       where roles.id = held.role_id and permissions.id = held.permission_id
         and roles.name = 'PATIENT' and permissions.name = $1 returning to_jsonb(held) as row`,
      [permission],
    );
    expect(rows).toHaveLength(1);
    try {
      await attempt();
    } finally {
      await clinic.owner.query(
        'insert into role_permissions select (jsonb_populate_record(null::role_permissions, $1)).*',
        [rows[0]?.row],
      );
    }
  }

  const addTo = async (list: string) =>
    (
      await clinic.as(
        self,
        'POST',
        `/v1/patients/${id}/${list}`,
        await exampleOf(clinic.owner, list, id, self),
      )
    ).status;

  it('adds documents under a permission of their own, and corrects these alone', async () => {
    const row = await add(self, id, await file(id, self));
    expect(row).toMatchObject({ source: 'PATIENT_ENTERED' });
    const change = { title: 'From home', reason: 'typing error' };
    expect((await post(self, id, `/${String(row['id'])}/corrections`, change)).status).toBe(201);
    const theirs = await add(doctor, id, await file(id));
    expect((await post(self, id, `/${String(theirs['id'])}/corrections`, change)).status).toBe(403);
    await without('UPLOAD_OWN_DOCUMENTS', async () => {
      expect([await addTo('documents'), await addTo('diagnoses')]).toEqual([403, 201]);
    });
    await without('WRITE_OWN_RECORD', async () => {
      expect([await addTo('documents'), await addTo('diagnoses')]).toEqual([201, 403]);
    });
  });

  it('is told of that permission where the access is explained', async () => {
    const row = await add(self, id, await file(id, self));
    const query = `act=write&list=documents&recordId=${String(row['id'])}`;
    const ask = async () =>
      (await clinic.as(self, 'GET', `/v1/patients/${id}/access-explanation?${query}`)).body;
    expect(await ask()).toMatchObject({ allowed: true, by: 'own' });
    await without('UPLOAD_OWN_DOCUMENTS', async () => {
      const { allowed, own } = await ask();
      expect(allowed).toBe(false);
      expect(own).toContainEqual(
        expect.objectContaining({
          rule: 'permission',
          holds: false,
          says: expect.stringContaining('UPLOAD_OWN_DOCUMENTS') as string,
        }),
      );
    });
  });
});
