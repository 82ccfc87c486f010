import {
  completeTraining,
  openBreach,
  resolveSecurityAlert,
  reviewEmergencyAccess,
  takeSecurityAlert,
} from '@holovitals/compliance';
import type { Actor } from '@holovitals/database';
import { authenticateKey } from '@holovitals/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PASSWORD } from './accounts.ts';
import { openClinic, type Clinic } from './clinic.ts';
import { RECORD_EXAMPLES } from './record-examples.ts';

const OWNER = 'keeps-key@example.org';

let clinic: Clinic;
let doctor: string;
let owner: string;
let ownerId: string;

beforeAll(async () => {
  clinic = await openClinic();
  doctor = await clinic.staff('doctor@example.org', 'DOCTOR');
  owner = await clinic.staff(OWNER, 'OWNER');
  ownerId = await clinic.userId(OWNER);
  await clinic.post('/v1/auth/step-up', { password: PASSWORD }, owner);
});

afterAll(() => clinic.close());

/** A key of the owner's. */
async function key(...scopes: string[]): Promise<string> {
  const { status, body } = await clinic.as(owner, 'POST', '/v1/me/api-keys', { name: 'k', scopes });
  expect(status, JSON.stringify(body)).toBe(201);
  return String(body['key']);
}

/** Who acts with a key, as the use cases are told. */
async function actorOf(token: string): Promise<Actor> {
  const facts = { ip: '127.0.0.1', userAgent: null, requestId: null, source: 'test' };
  return await authenticateKey(clinic.platform.identity, token, facts);
}

/** A patient whom the owner of the key treats as well. */
async function treated(): Promise<string> {
  const id = await clinic.patient(doctor);
  const member = { userId: ownerId, role: '17561000' };
  expect((await clinic.as(doctor, 'POST', `/v1/patients/${id}/care-team`, member)).status).toBe(
    201,
  );
  return id;
}

const onPatient = (token: string, id: string, rest: string, body: object) =>
  clinic.as(token, 'POST', `/v1/patients/${id}/${rest}`, body);

describe('an API key acts for its owner', () => {
  it('who records a disclosure', async () => {
    const id = await treated();
    const given = {
      ...{ recipientName: 'Board of Health', description: 'one laboratory result' },
      ...{ purpose: 'a report that the law asks for', legalBasis: 'PUBLIC_HEALTH' },
      purposeOfUse: 'PUBHLTH',
    };
    const scopes = ['RECORD_DISCLOSURES', 'READ_DISCLOSURES'];
    const recorded = await onPatient(await key(...scopes), id, 'disclosures', given);
    expect(recorded).toMatchObject({ status: 201, body: { disclosedById: ownerId } });
    expect(await onPatient(await key('READ_USERS'), id, 'disclosures', given)).toMatchObject({
      ...{ status: 404, body: { code: 'COMPLIANCE.CHART_CLOSED' } },
    });
  });

  it('who gives a person the record that was asked for, and discloses it by that', async () => {
    const id = await treated();
    const desk = await key('HANDLE_PATIENT_REQUESTS', 'READ_DISCLOSURES');
    const asked = { kind: 'ACCESS', identityVerifiedAt: '2026-01-05T10:00:00Z' };
    const filed = await onPatient(desk, id, 'access-requests', asked);
    expect(filed, JSON.stringify(filed.body)).toMatchObject({ status: 201 });
    const url = `access-requests/${String(filed.body['id'])}/answer`;
    const answered = await onPatient(desk, id, url, { decision: 'FULFILLED' });
    expect(answered).toMatchObject({ status: 200, body: { decidedById: ownerId } });
    const { rows } = await clinic.owner.query(
      'select disclosed_by_id from disclosures where patient_id = $1',
      [id],
    );
    expect(rows).toEqual([{ disclosed_by_id: ownerId }]);
  });

  it('who gives consents to the own record, and none without the scope', async () => {
    const id = await clinic.patient(doctor);
    await onPatient(doctor, id, 'account', { email: OWNER });
    const given = { provisions: [{ type: 'deny', purposes: ['HPAYMT'] }] };
    const own = await key('MANAGE_OWN_CONSENTS');
    expect(await onPatient(own, id, 'consents', given)).toMatchObject({
      ...{ status: 201, body: { grantorId: ownerId } },
    });
    expect(await onPatient(await key('READ_OWN_RECORD'), id, 'consents', given)).toMatchObject({
      ...{ status: 403, body: { code: 'COMPLIANCE.CONSENT_CLOSED' } },
    });
  });

  it('who enters a row of a record', async () => {
    const id = await treated();
    const writer = await key('READ_PHI', 'WRITE_PHI');
    expect(
      await onPatient(writer, id, 'allergies', RECORD_EXAMPLES['allergies'] ?? {}),
    ).toMatchObject({ status: 201, body: { enteredById: ownerId } });
  });

  it('who makes neither a person of a key related, nor the owner', async () => {
    const id = await treated();
    const related = { relatedUserId: ownerId, relationshipCode: 'PRN' };
    const body = { ...related, isPersonalRepresentative: true, scope: 'FULL' };
    const writer = await key('READ_PHI', 'WRITE_PHI');
    for (const token of [writer, owner])
      expect(await onPatient(token, id, 'relationships', body)).toMatchObject({
        ...{ status: 403, body: { code: 'CLINICAL.ACT_REFUSED' } },
      });
  });
});

describe('an act that is for people', () => {
  const scopes = [
    ...['MANAGE_BREACHES', 'MANAGE_SECURITY_ALERTS', 'REVIEW_EMERGENCY_ACCESS'],
    ...['MANAGE_TRAINING', 'MANAGE_AGREEMENTS'],
  ];
  const someId = '018f0000-0000-7000-8000-0000000000f1';
  const incident = {
    ...({ title: 'lost laptop', source: 'staff', cause: 'LOSS' } as const),
    discoveredAt: '2026-03-10T12:00:00Z',
  };

  it.each([
    ['/v1/breaches', incident],
    [`/v1/security-alerts/${someId}/take`, undefined],
    [`/v1/security-alerts/${someId}/resolution`, { resolution: 'BENIGN', reason: 'x' }],
    [`/v1/emergency-accesses/${someId}/review`, { outcome: 'JUSTIFIED', reason: 'x' }],
    [`/v1/emergency-accesses/${someId}/end`, undefined],
    [`/v1/trainings/${someId}/complete`, {}],
    [`/v1/agreements/${someId}/terminate`, {}],
  ])('is refused to a key, whatever its scopes: %s', async (url, body) => {
    const refused = await clinic.as(await key(...scopes), 'POST', url, body);
    expect(refused).toMatchObject({ status: 401, body: { code: 'API.CALLER_MISSING' } });
  });

  it('names the owner where a program of ours does it with a key', async () => {
    const context = clinic.platform.clinical;
    const actor = await actorOf(await key(...scopes));
    const doctorId = await clinic.userId('doctor@example.org');
    const opened = await openBreach(context, actor, incident);
    expect(opened.leadId).toBe(ownerId);

    const alert = async () => {
      const { rows } = await clinic.owner.query<{ id: string }>(
        `insert into security_alerts (id, rule, severity, organization_id, user_id, dedupe_key)
         values (uuid_v7(), 'vip', 'HIGH', $1, $2, uuid_v7()::text) returning id`,
        [clinic.organizations[0], doctorId],
      );
      return rows[0]?.id ?? '';
    };
    expect(await takeSecurityAlert(context, actor, await alert())).toMatchObject({
      assignedToId: ownerId,
    });
    const resolution = { resolution: 'BENIGN', reason: 'a test' } as const;
    expect(await resolveSecurityAlert(context, actor, await alert(), resolution)).toMatchObject({
      assignedToId: ownerId,
    });

    const episode = async (token: string) => {
      const id = await clinic.patient(doctor);
      const why = { reasonCode: 'BTG', justification: 'unconscious, no relative' };
      return String((await onPatient(token, id, 'emergency-access', why)).body['id']);
    };
    const found = { outcome: 'JUSTIFIED', reason: 'a test' } as const;
    expect(await reviewEmergencyAccess(context, actor, await episode(doctor), found)).toMatchObject(
      { reviewedById: ownerId },
    );
    await expect(
      reviewEmergencyAccess(context, actor, await episode(owner), found),
    ).rejects.toMatchObject({ code: 'COMPLIANCE.REVIEW_OF_OWN' });

    const training = { userId: ownerId, course: 'privacy', version: '1', dueAt: '2027-01-01' };
    const assigned = await clinic.as(owner, 'POST', '/v1/trainings', training);
    expect(assigned, JSON.stringify(assigned.body)).toMatchObject({ status: 201 });
    await expect(
      completeTraining(context, actor, String(assigned.body['id']), {}),
    ).rejects.toMatchObject({ code: 'COMPLIANCE.OWN_TRAINING' });
  });
});
