import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PASSWORD } from '../accounts.ts';
import { openClinic, type Clinic } from '../clinic.ts';
import { RECORD_EXAMPLES } from '../record-examples.ts';

const DAY = 86_400_000;

let clinic: Clinic;
let doctor: string;
let officer: string;
let far: string;
let self: string;

beforeAll(async () => {
  clinic = await openClinic();
  doctor = await clinic.staff('doctor@example.org', 'DOCTOR');
  officer = await clinic.staff('officer@example.org', 'ADMIN');
  far = await clinic.staff('far@example.org', 'ADMIN', clinic.organizations[1]);
  self = await clinic.registered('self@example.org');
});

afterAll(() => clinic.close());

async function patient(): Promise<string> {
  const id = await clinic.patient(doctor);
  await clinic.owner.query('update patients set user_id = null where user_id is not null');
  await clinic.as(doctor, 'POST', `/v1/patients/${id}/account`, { email: 'self@example.org' });
  return id;
}

type Kind = 'access' | 'amendment' | 'privacy';

const post = (token: string, id: string, rest: string, body?: object) =>
  clinic.as(token, 'POST', `/v1/patients/${id}/${rest}`, body);

async function file(id: string, kind: Kind, body: object, token = self): Promise<string> {
  const answer = await post(token, id, `${kind}-requests`, body);
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 201 });
  return String(answer.body['id']);
}

/** Does something with the request that was filed last. */
const actOn =
  (id: string, kind: Kind, request: string) => (token: string, act: string, body?: object) =>
    post(token, id, `${kind}-requests/${request}/${act}`, body);

const refused = (status: number, code: string) => ({
  status,
  body: { code: `COMPLIANCE.${code}` },
});

const now = () => clinic.platform.identity.clock();
const ago = (days: number) => new Date(now().getTime() - days * DAY).toISOString();
const plus = (day: unknown, days: number) =>
  new Date(Date.parse(String(day)) + days * DAY).toISOString().slice(0, 10);

describe('a request for access', () => {
  it('is filed by the patient, shows the days the database computed, and is fulfilled', async () => {
    const id = await patient();
    const { body } = await post(self, id, 'access-requests', {
      ...{ kind: 'ACCESS', format: 'PDF', deliveryMethod: 'PORTAL', periodStart: '2020-01-01' },
      thirdParty: 'Aunt Jane, 1 Main Street',
    });
    expect(body).toMatchObject({
      ...{ status: 'RECEIVED', thirdParty: 'Aunt Jane, 1 Main Street', extendedDueAt: null },
      dueAt: plus(body['receivedOn'], 30),
      requestedById: await clinic.userId('self@example.org'),
    });
    const act = actOn(id, 'access', String(body['id']));
    expect(await act(officer, 'answer', { decision: 'FULFILLED' })).toMatchObject({
      ...{ status: 200, body: { status: 'FULFILLED', denial: null } },
    });
    const told = await clinic.as(officer, 'GET', `/v1/patients/${id}/disclosures`);
    expect(told.body['items']).toMatchObject([{ legalBasis: 'INDIVIDUAL', isAccountable: false }]);
    expect(await act(officer, 'answer', { decision: 'FULFILLED' })).toMatchObject(
      refused(409, 'REQUEST_STATE_REFUSED'),
    );
    expect(await act(self, 'withdraw')).toMatchObject(refused(409, 'REQUEST_STATE_REFUSED'));
    const { rows } = await clinic.owner.query(
      `select event_type, action, user_id = $2 as by_self from audit_logs
       where resource_id = $1 and outcome = '0' order by timestamp`,
      [body['id'], await clinic.userId('self@example.org')],
    );
    expect(rows).toEqual([
      { event_type: 'PHI_CREATE', action: 'C', by_self: true },
      { event_type: 'PHI_UPDATE', action: 'U', by_self: false },
    ]);
    const stored = await clinic.owner.query<{ third_party_ciphertext: string }>(
      'select third_party_ciphertext from patient_access_requests where id = $1',
      [body['id']],
    );
    expect(stored.rows[0]?.third_party_ciphertext).not.toContain('Jane');
  });

  it('is extended once, with a reason, and not after its due day', async () => {
    const id = await patient();
    const request = await file(id, 'access', { kind: 'ACCESS' });
    const act = actOn(id, 'access', request);
    expect((await act(officer, 'extend', {})).status).toBe(400);
    const { status, body } = await act(officer, 'extend', { reason: 'the archive is far' });
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body).toMatchObject({
      ...{ status: 'EXTENDED', extensionReason: 'the archive is far' },
      extendedDueAt: plus(body['receivedOn'], 60),
    });
    expect(await act(officer, 'extend', { reason: 'again' })).toMatchObject(
      refused(409, 'EXTENSION_REFUSED'),
    );
    const late = await file(
      id,
      'access',
      { kind: 'ACCESS', receivedAt: ago(32), identityVerifiedAt: ago(32) },
      officer,
    );
    expect(await actOn(id, 'access', late)(officer, 'extend', { reason: 'late' })).toMatchObject(
      refused(409, 'EXTENSION_LATE'),
    );
    const list = await file(id, 'access', { kind: 'INTERMEDIARY_LIST' });
    expect(await actOn(id, 'access', list)(officer, 'extend', { reason: 'x' })).toMatchObject(
      refused(409, 'EXTENSION_REFUSED'),
    );
  });

  it('is denied with a ground of the law, which says what the patient may do', async () => {
    const id = await patient();
    const act = actOn(id, 'access', await file(id, 'access', { kind: 'ACCESS' }));
    expect((await act(officer, 'answer', { decision: 'DENIED' })).status).toBe(400);
    expect(
      (await act(officer, 'answer', { decision: 'DENIED', denialGround: 'BECAUSE' })).status,
    ).toBe(400);
    const denial = { decision: 'DENIED', denialGround: 'LITIGATION' };
    const { body } = await act(officer, 'answer', denial);
    expect(body).toMatchObject({
      ...{ status: 'DENIED', reviewable: false },
      denial: { ground: 'LITIGATION', basis: expect.stringContaining('proceeding') as string },
    });
    expect(JSON.stringify(body['denial'])).toMatch(/COMPLAINT.*hhs\.gov/);
    expect(JSON.stringify(body['denial'])).not.toContain('/review');
    expect(await act(self, 'review')).toMatchObject(refused(409, 'REVIEW_REFUSED'));
  });

  it('that was denied for harm is reviewed when the patient asks', async () => {
    const id = await patient();
    const act = actOn(id, 'access', await file(id, 'access', { kind: 'ACCESS' }));
    expect(await act(self, 'review')).toMatchObject(refused(409, 'REQUEST_STATE_REFUSED'));
    const denial = { decision: 'PARTIALLY_DENIED', denialGround: 'ENDANGERS_LIFE' };
    const { body } = await act(officer, 'answer', denial);
    expect(body).toMatchObject({ status: 'PARTIALLY_DENIED', reviewable: true });
    expect(JSON.stringify(body['denial'])).toContain('/review');
    expect(await act(officer, 'review')).toMatchObject(refused(403, 'REQUEST_FOR_PATIENT'));
    expect(await act(self, 'review')).toMatchObject({ body: { status: 'UNDER_REVIEW' } });
    expect(await act(officer, 'extend', { reason: 'x' })).toMatchObject(
      refused(409, 'REQUEST_STATE_REFUSED'),
    );
    expect(await act(officer, 'answer', { decision: 'FULFILLED' })).toMatchObject(
      refused(403, 'REVIEWER_DECIDED'),
    );
    const reviewer = await clinic.staff('reviewer@example.org', 'ADMIN');
    const decidedById = await clinic.userId('officer@example.org');
    const upheld = await act(reviewer, 'answer', denial);
    const reviewedById = await clinic.userId('reviewer@example.org');
    expect(upheld.body).toMatchObject({ status: 'PARTIALLY_DENIED', decidedById, reviewedById });
    expect(await act(self, 'review')).toMatchObject({ body: { decidedById, reviewedById } });
    expect(await act(reviewer, 'answer', { decision: 'FULFILLED' })).toMatchObject({
      body: { status: 'FULFILLED', decidedById, reviewedById },
    });
  });

  it('denied before that was kept is reviewed by whoever may answer', async () => {
    const id = await patient();
    const request = await file(id, 'access', { kind: 'ACCESS' });
    await clinic.owner.query(
      `update patient_access_requests set status = 'DENIED', denial_ground = 'HARMS_ANOTHER',
         reviewable = true where id = $1`,
      [request],
    );
    const act = actOn(id, 'access', request);
    expect(await act(self, 'review')).toMatchObject({ body: { decidedById: null } });
    expect(await act(officer, 'answer', { decision: 'FULFILLED' })).toMatchObject({
      body: { decidedById: null, reviewedById: await clinic.userId('officer@example.org') },
    });
  });

  it('on paper waits until somebody saw who asks, and an officer writes what comes after', async () => {
    const id = await patient();
    const filed = await post(officer, id, 'access-requests', {
      kind: 'ACCESS',
      receivedAt: ago(9),
    });
    expect(filed.body).toMatchObject({ status: 'IDENTITY_PENDING', requestedById: null });
    const act = actOn(id, 'access', String(filed.body['id']));
    expect(await act(officer, 'answer', { decision: 'FULFILLED' })).toMatchObject(
      refused(409, 'IDENTITY_UNPROVEN'),
    );
    const proven = { decision: 'FULFILLED', identityVerifiedAt: ago(0.1) };
    expect((await act(officer, 'answer', proven)).status).toBe(200);
    const other = actOn(id, 'access', await file(id, 'access', { kind: 'ACCESS' }, officer));
    expect(await other(officer, 'withdraw')).toMatchObject({ body: { status: 'WITHDRAWN' } });
    for (const [token, body] of [
      [self, { kind: 'ACCESS', receivedAt: ago(1) }],
      [self, { kind: 'ACCESS', identityVerifiedAt: ago(1) }],
      [officer, { kind: 'ACCESS', receivedAt: ago(-1) }],
      [officer, { kind: 'ACCESS', identityVerifiedAt: ago(-1) }],
    ] as const)
      expect(await post(token, id, 'access-requests', body)).toMatchObject(
        refused(400, 'RECEIPT_REFUSED'),
      );
  });

  it('is a matter of the patient and of the officers, each with their acts', async () => {
    const id = await patient();
    const request = await file(id, 'access', { kind: 'ACCESS' });
    const act = actOn(id, 'access', request);
    const answer = { decision: 'FULFILLED' };
    expect(await act(self, 'answer', answer)).toMatchObject(refused(403, 'REQUEST_FOR_OFFICER'));
    expect(await act(officer, 'withdraw')).toMatchObject(refused(403, 'REQUEST_FOR_PATIENT'));
    for (const token of [doctor, far]) {
      expect(await act(token, 'answer', answer)).toMatchObject(refused(404, 'CHART_CLOSED'));
      const listed = await clinic.as(token, 'GET', `/v1/patients/${id}/access-requests`);
      expect(listed.status).toBe(404);
    }
    for (const token of [self, officer]) {
      const listed = await clinic.as(token, 'GET', `/v1/patients/${id}/access-requests`);
      expect(listed.body['items']).toMatchObject([{ id: request }]);
    }
    const other = await patient();
    expect(await actOn(other, 'access', request)(officer, 'answer', answer)).toMatchObject(
      refused(404, 'REQUEST_MISSING'),
    );
  });

  it('of an officer’s own is answered by another', async () => {
    const id = await clinic.patient(doctor);
    await clinic.owner.query('update patients set user_id = $2 where id = $1', [
      id,
      await clinic.userId('officer@example.org'),
    ]);
    await clinic.owner.query(
      `insert into user_roles (id, user_id, role_id, organization_id, reason)
       select uuid_v7(), $1, id, null, 'test' from roles where name = 'PATIENT'
       on conflict do nothing`,
      [await clinic.userId('officer@example.org')],
    );
    const act = actOn(id, 'access', await file(id, 'access', { kind: 'ACCESS' }, officer));
    expect(await act(officer, 'answer', { decision: 'FULFILLED' })).toMatchObject(
      refused(403, 'REQUEST_FOR_OFFICER'),
    );
    const second = await clinic.staff('second@example.org', 'ADMIN');
    expect((await act(second, 'answer', { decision: 'FULFILLED' })).status).toBe(200);
  });

  it('of a chart that no organisation keeps is addressed to nobody', async () => {
    await clinic.owner.query('update patients set user_id = null where user_id is not null');
    const own = await clinic.as(self, 'POST', '/v1/patients', { family: 'Doe', own: true });
    expect(
      await post(self, String(own.body['id']), 'access-requests', { kind: 'ACCESS' }),
    ).toMatchObject(refused(409, 'REQUEST_UNADDRESSED'));
  });
});

describe('a request for an accounting', () => {
  it('has 60 days, is given and never denied, and is free once in twelve months', async () => {
    const id = await patient();
    const { body } = await post(self, id, 'access-requests', { kind: 'ACCOUNTING' });
    expect(body['dueAt']).toBe(plus(body['receivedOn'], 60));
    const act = actOn(id, 'access', String(body['id']));
    expect(
      await act(officer, 'answer', { decision: 'DENIED', denialGround: 'NOT_HELD' }),
    ).toMatchObject(refused(409, 'DENIAL_REFUSED'));
    const paid = { decision: 'FULFILLED', feeCents: 500 };
    expect(await act(officer, 'answer', paid)).toMatchObject(refused(409, 'FEE_REFUSED'));
    const extended = await act(officer, 'extend', { reason: 'many' });
    expect(extended.body['extendedDueAt']).toBe(plus(body['receivedOn'], 90));
    expect((await act(officer, 'answer', { decision: 'FULFILLED' })).status).toBe(200);
    const next = actOn(id, 'access', await file(id, 'access', { kind: 'ACCOUNTING' }));
    expect(await next(officer, 'answer', paid)).toMatchObject({ body: { feeCents: 500 } });
  });
});

describe('a request to amend', () => {
  async function entry(): Promise<{ id: string; targetId: string }> {
    const id = await patient();
    const row = await post(doctor, id, 'diagnoses', RECORD_EXAMPLES['diagnoses']);
    return { id, targetId: String(row.body['id']) };
  }
  const asked = { targetType: 'PatientDiagnosis', requestedChange: 'It was type 1.' };

  it('has 60 days and 30 more, and is accepted with who is told', async () => {
    const { id, targetId } = await entry();
    const filed = await post(self, id, 'amendment-requests', {
      ...asked,
      targetId,
      reason: 'test',
    });
    expect(filed.body).toMatchObject({
      ...{ status: 'RECEIVED', requestedChange: 'It was type 1.', reason: 'test' },
      dueAt: plus(filed.body['receivedOn'], 60),
    });
    const act = actOn(id, 'amendment', String(filed.body['id']));
    const extended = await act(officer, 'extend', { reason: 'the author is away' });
    expect(extended.body['extendedDueAt']).toBe(plus(filed.body['receivedOn'], 90));
    expect(await act(officer, 'extend', { reason: 'again' })).toMatchObject(
      refused(409, 'EXTENSION_REFUSED'),
    );
    const informedPersons = [{ name: 'Dr. Lee', reason: 'HOLDS_INFORMATION' }];
    expect(await act(officer, 'answer', { decision: 'FULFILLED', informedPersons })).toMatchObject({
      body: {
        ...{ status: 'FULFILLED', informedPersons, denial: null },
        decidedById: await clinic.userId('officer@example.org'),
        appliedAt: expect.any(String) as string,
      },
    });
    expect(await act(self, 'disagreement', { statement: 'no' })).toMatchObject(
      refused(409, 'REQUEST_STATE_REFUSED'),
    );
  });

  it('is denied, disagreed with and rebutted, each once and in that order', async () => {
    const { id, targetId } = await entry();
    const act = actOn(id, 'amendment', await file(id, 'amendment', { ...asked, targetId }));
    const no = { statement: 'The laboratory was wrong.' };
    expect(await act(self, 'disagreement', no)).toMatchObject(
      refused(409, 'REQUEST_STATE_REFUSED'),
    );
    expect(
      await act(officer, 'answer', { decision: 'DENIED', denialGround: 'LITIGATION' }),
    ).toMatchObject({ status: 400 });
    const denial = { decision: 'DENIED', denialGround: 'ACCURATE_AND_COMPLETE' };
    const { body } = await act(officer, 'answer', denial);
    expect(body).toMatchObject({ status: 'DENIED', appliedAt: null });
    expect(JSON.stringify(body['denial'])).toMatch(/disagreement.*later disclosure.*hhs\.gov/);
    expect(await act(officer, 'rebuttal', no)).toMatchObject(refused(409, 'DISAGREEMENT_MISSING'));
    expect(await act(officer, 'disagreement', no)).toMatchObject(
      refused(403, 'REQUEST_FOR_PATIENT'),
    );
    expect((await act(self, 'disagreement', no)).body).toMatchObject({
      ...{ disagreement: no.statement, status: 'DENIED' },
    });
    expect(await act(self, 'disagreement', no)).toMatchObject(refused(409, 'STATEMENT_GIVEN'));
    expect(await act(self, 'rebuttal', no)).toMatchObject(refused(403, 'REQUEST_FOR_OFFICER'));
    expect((await act(officer, 'rebuttal', no)).body).toMatchObject({ rebuttal: no.statement });
    expect(await act(officer, 'rebuttal', no)).toMatchObject(refused(409, 'STATEMENT_GIVEN'));
  });

  it('that a key answers is decided by the owner of the key', async () => {
    const { id, targetId } = await entry();
    const request = await file(id, 'amendment', { ...asked, targetId });
    const owner = await clinic.staff('keeps-key@example.org', 'ADMIN');
    expect((await clinic.post('/v1/auth/step-up', { password: PASSWORD }, owner)).status).toBe(200);
    const made = await clinic.post(
      '/v1/me/api-keys',
      { name: 'desk', scopes: ['HANDLE_PATIENT_REQUESTS'] },
      owner,
    );
    const answer = { decision: 'DENIED', denialGround: 'ACCURATE_AND_COMPLETE' };
    expect(
      await actOn(id, 'amendment', request)(String(made.body['key']), 'answer', answer),
    ).toMatchObject({
      ...{ status: 200, body: { decidedById: await clinic.userId('keeps-key@example.org') } },
    });
  });

  it('names a row of this patient, also where an officer files it', async () => {
    const { id, targetId } = await entry();
    const other = await patient();
    for (const token of [self, officer])
      for (const wrong of [
        { ...asked, targetId },
        { ...asked, targetType: 'PatientAllergy', targetId },
        { ...asked, targetType: 'Patient', targetId: id },
        { ...asked, targetId: crypto.randomUUID() },
      ])
        expect(await post(token, other, 'amendment-requests', wrong)).toMatchObject(
          refused(400, 'AMENDMENT_TARGET_MISSING'),
        );
    await file(id, 'amendment', { ...asked, targetId }, officer);
    await file(id, 'amendment', { ...asked, targetType: 'Patient', targetId: id }, officer);
    const odd = { ...asked, targetType: 'users', targetId };
    expect((await post(officer, id, 'amendment-requests', odd)).status).toBe(400);
  });
});

describe('a request for privacy', () => {
  const restriction = {
    ...{ kind: 'RESTRICTION', details: 'Not for the plan.' },
    restrictedPurposes: ['HPAYMT', 'HOPERAT'],
  };
  const read = async (id: string, purpose: string) =>
    (
      await clinic.as(doctor, 'GET', `/v1/patients/${id}`, undefined, {
        'x-purpose-of-use': purpose,
      })
    ).status;

  it('closes what is agreed to at the next statement, until it is ended', async () => {
    const id = await patient();
    const act = actOn(id, 'privacy', await file(id, 'privacy', restriction));
    expect(await read(id, 'HPAYMT')).toBe(200);
    expect(
      await act(officer, 'answer', { disposition: 'PARTLY_AGREED', restrictedPurposes: ['TREAT'] }),
    ).toMatchObject(refused(409, 'DISPOSITION_REFUSED'));
    const partly = { disposition: 'PARTLY_AGREED', restrictedPurposes: ['HPAYMT'] };
    expect(await act(officer, 'answer', partly)).toMatchObject({
      body: { status: 'PARTIALLY_DENIED', restrictedPurposes: ['HPAYMT'] },
    });
    expect(await read(id, 'HPAYMT')).toBe(404);
    expect(await read(id, 'HOPERAT')).toBe(200);
    expect(await act(officer, 'end', { by: 'PATIENT_WRITTEN' })).toMatchObject(
      refused(403, 'REQUEST_FOR_PATIENT'),
    );
    expect(await act(self, 'end', { by: 'ENTITY' })).toMatchObject(
      refused(403, 'REQUEST_FOR_OFFICER'),
    );
    expect(await act(self, 'end', { by: 'PATIENT_WRITTEN' })).toMatchObject({
      body: { terminatedBy: 'PATIENT_WRITTEN' },
    });
    expect(await read(id, 'HPAYMT')).toBe(200);
    expect(await act(officer, 'end', { by: 'ENTITY' })).toMatchObject(
      refused(409, 'TERMINATION_REFUSED'),
    );
  });

  it('that the law binds to is not refused, nor ended by the organisation', async () => {
    const id = await patient();
    const selfPay = { ...restriction, kind: 'SELF_PAY_RESTRICTION', paidInFullAt: ago(1) };
    const paid = actOn(id, 'privacy', await file(id, 'privacy', selfPay));
    const optOut = { ...restriction, kind: 'OPT_OUT', restrictedPurposes: ['HMARKT'] };
    const out = actOn(id, 'privacy', await file(id, 'privacy', optOut));
    for (const act of [paid, out]) {
      for (const disposition of ['REFUSED', 'SUBSTANTIATED'])
        expect(await act(officer, 'answer', { disposition })).toMatchObject(
          refused(409, 'DISPOSITION_REFUSED'),
        );
      expect((await act(officer, 'answer', { disposition: 'AGREED' })).status).toBe(200);
      expect(await act(officer, 'end', { by: 'ENTITY' })).toMatchObject(
        refused(409, 'TERMINATION_REFUSED'),
      );
      expect((await act(officer, 'end', { by: 'PATIENT_ORAL' })).status).toBe(200);
    }
    const unpaid = { ...restriction, kind: 'SELF_PAY_RESTRICTION' };
    const act = actOn(id, 'privacy', await file(id, 'privacy', unpaid));
    expect(await act(officer, 'answer', { disposition: 'REFUSED' })).toMatchObject({
      body: { status: 'DENIED' },
    });
    expect(await act(self, 'end', { by: 'PATIENT_WRITTEN' })).toMatchObject(
      refused(409, 'REQUEST_STATE_REFUSED'),
    );
  });

  it('may be for a channel, or a complaint that is substantiated or not', async () => {
    const id = await patient();
    const channel = { kind: 'CONFIDENTIAL_COMMUNICATION', details: 'Not at home.' };
    expect((await post(self, id, 'privacy-requests', channel)).status).toBe(400);
    const given = { ...channel, channel: 'POSTAL', address: 'Box 7' };
    const reached = actOn(id, 'privacy', await file(id, 'privacy', given));
    expect(await reached(officer, 'answer', { disposition: 'AGREED' })).toMatchObject({
      body: { status: 'FULFILLED', address: 'Box 7', channel: 'POSTAL' },
    });
    const complaint = { kind: 'COMPLAINT', details: 'Somebody talked.' };
    const act = actOn(id, 'privacy', await file(id, 'privacy', complaint));
    expect(await act(officer, 'answer', { disposition: 'AGREED' })).toMatchObject(
      refused(409, 'DISPOSITION_REFUSED'),
    );
    expect(await act(officer, 'answer', { disposition: 'SUBSTANTIATED' })).toMatchObject({
      body: { status: 'FULFILLED', effectiveFrom: null },
    });
    expect(await act(officer, 'end', { by: 'ENTITY' })).toMatchObject(
      refused(409, 'TERMINATION_REFUSED'),
    );
    const unknown = { ...restriction, coverageId: crypto.randomUUID() };
    expect(await post(self, id, 'privacy-requests', unknown)).toMatchObject(
      refused(400, 'COVERAGE_MISSING'),
    );
    const open = { ...restriction, restrictedPurposes: [] };
    expect((await post(self, id, 'privacy-requests', open)).status).toBe(400);
  });
});

describe('the officers’ list', () => {
  it('has what waits by the day it is due, page by page, and what is over its day', async () => {
    const keeper = await clinic.staff('south@example.org', 'ADMIN', clinic.organizations[1]);
    const southDoctor = await clinic.staff('sd@example.org', 'DOCTOR', clinic.organizations[1]);
    const id = await clinic.patient(southDoctor);
    const paper = async (kind: Kind, body: object) => await file(id, kind, body, keeper);
    const complaint = await paper('privacy', { kind: 'COMPLAINT', details: 'Somebody talked.' });
    const accounting = await paper('access', { kind: 'ACCOUNTING' });
    const access = await paper('access', { kind: 'ACCESS' });
    const late = await paper('access', { kind: 'ACCESS', receivedAt: ago(45) });
    const amendment = await paper('amendment', {
      ...{ targetType: 'Patient', targetId: id, requestedChange: 'name', receivedAt: ago(40) },
    });
    const done = await paper('access', { kind: 'ACCESS', receivedAt: ago(50) });
    await actOn(id, 'access', done)(keeper, 'withdraw');
    const list = async (query: string, token = keeper) =>
      await clinic.as(token, 'GET', `/v1/patient-requests${query}`);
    const idsOf = async (query: string) =>
      ((await list(query)).body['items'] as { id: string }[]).map((item) => item.id);
    const waiting = [late, amendment, access, accounting, complaint];
    expect(await idsOf('')).toEqual(waiting);
    expect(await idsOf('?state=overdue')).toEqual([late]);
    expect(await idsOf('?type=access')).toEqual([late, access, accounting]);
    expect(await idsOf('?state=all')).toEqual([done, ...waiting]);
    const seen: string[] = [];
    let after = '';
    do {
      const { body } = await list(`?limit=2${after}`);
      seen.push(...(body['items'] as { id: string }[]).map((item) => item.id));
      const next = body['next'] as string | null;
      after = next === null ? '' : `&after=${next}`;
    } while (after !== '');
    expect(seen).toEqual(waiting);
    expect((await list('?after=nonsense')).status).toBe(400);
    expect((await list('', self)).status).toBe(403);
    expect(JSON.stringify((await list('', officer)).body)).not.toContain(late);
    const [first] = (await list('')).body['items'] as Record<string, unknown>[];
    expect(first).toMatchObject({ type: 'access', isOverdue: true, status: 'IDENTITY_PENDING' });
  });

  it('counts days where the organisation is', async () => {
    const [north] = clinic.organizations;
    await clinic.owner.query(
      `update organizations set timezone = 'Pacific/Auckland' where id = $1`,
      [north],
    );
    const id = await patient();
    const { body } = await post(officer, id, 'access-requests', {
      ...{ kind: 'ACCESS', receivedAt: '2026-03-10T11:30:00Z' },
    });
    expect(body).toMatchObject({ receivedOn: '2026-03-11', dueAt: '2026-04-10' });
  });
});
