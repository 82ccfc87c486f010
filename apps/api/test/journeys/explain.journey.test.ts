import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMatrixClinic, type MatrixClinic } from '../access-matrix/callers.ts';
import { readMatrix } from '../access-matrix/read-matrix.ts';

interface Rule {
  readonly rule: string;
  readonly holds: boolean | null;
  readonly says: string | null;
}
interface Explanation {
  readonly allowed: boolean;
  readonly by: string | null;
  readonly treating: readonly Rule[];
  readonly own: readonly Rule[];
}

let clinic: MatrixClinic;

beforeAll(async () => {
  clinic = await openMatrixClinic();
});

afterAll(() => clinic.close());

const ask = async (token: string, patientId: string, query = '', headers = {}) =>
  await clinic.as(
    token,
    'GET',
    `/v1/patients/${patientId}/access-explanation${query}`,
    undefined,
    headers,
  );
const failing = (rules: readonly Rule[]) =>
  rules.filter(({ holds }) => holds === false).map(({ rule }) => rule);

const tables = readMatrix([]);
const route = 'GET /v1/patients/{id}';
const cases = tables.flatMap(({ callers, rows }) =>
  (rows.get(route) ?? []).map((cell, n) => ({ name: callers[n] ?? '', isRead: cell === 'yes' })),
);

describe('the explanation of an access', () => {
  it.each(cases)(
    'says what the policy says, and its rules add up: $name',
    async ({ name, isRead }) => {
      const {
        token = '',
        patientId,
        headers,
      } = clinic.callers.get(name) ?? {
        patientId: '',
        headers: {},
      };
      const { status, body } = await ask(token, patientId, '', headers);
      if (status !== 200) return expect(isRead).toBe(false);
      const { allowed, by, treating, own } = body as unknown as Explanation;
      expect(allowed).toBe(isRead);
      expect(failing(treating).length === 0 || failing(own).length === 0).toBe(isRead);
      expect(by === 'treating').toBe(failing(treating).length === 0);
      expect([...treating, ...own].filter(({ says }) => (says ?? '') === '')).toEqual([]);
    },
  );

  it.each([
    ['denied', 'consent', /denies it/],
    ['restricted', 'restriction', /closes HPAYMT/],
    ['researches', 'purpose authorised', /RESEARCH_AUTHORIZATION/],
    ['treated', 'tie', /neither in the care team/],
    ['admin treats', 'permission', /no role grants READ_PHI/],
  ])('names what keeps out: %s', async (name, rule, says) => {
    const { token = '', patientId = '', headers = {} } = clinic.callers.get(name) ?? {};
    const officer = clinic.callers.get('owner, proof')?.token ?? '';
    const own = await ask(token, patientId, '', headers);
    const of = name === 'admin treats' ? await ofOfficer(officer, patientId) : own;
    const { treating } = of.body as unknown as Explanation;
    expect(treating.find((each) => each.rule === rule)).toMatchObject({
      holds: false,
      says: expect.stringMatching(says) as string,
    });
  });

  const ofOfficer = async (officer: string, patientId: string) =>
    await ask(officer, patientId, `?userId=${await clinic.userId('admin@example.org')}`);

  it('is of another for officers alone, who stay themselves', async () => {
    const { patientId = '' } = clinic.callers.get('treats') ?? {};
    const userId = await clinic.userId('team@example.org');
    const officer = clinic.callers.get('owner, proof')?.token ?? '';
    const told = await ask(officer, patientId, `?userId=${userId}&act=write&purposeOfUse=TREAT`);
    expect(told).toMatchObject({ status: 200, body: { allowed: true, by: 'treating' } });
    for (const name of ['treats', 'patient', 'stranger', 'other organisation'])
      expect(
        (
          await ask(
            clinic.callers.get(name)?.token ?? '',
            patientId,
            `?userId=${clinic.maker && (await clinic.userId('chief@example.org'))}`,
          )
        ).status,
      ).toBe(404);
    const { rows } = await clinic.owner.query<{ user_id: string }>(
      `select user_id from audit_logs where patient_id = $1 and resource_type = 'Patient' and outcome = '0'
       order by timestamp desc limit 1`,
      [patientId],
    );
    expect(rows[0]?.user_id).toBe(await clinic.userId('proven@example.org'));
  });

  it('is of a row, by its labels, for who may know that it is there', async () => {
    const { token = '', patientId = '' } = clinic.callers.get('treats') ?? {};
    const row = await clinic.as(clinic.maker, 'POST', `/v1/patients/${patientId}/diagnoses`, {
      ...{ code: 'F10.2', codeSystem: 'http://hl7.org/fhir/sid/icd-10-cm' },
      ...{
        clinicalStatus: 'active',
        verificationStatus: 'confirmed',
        category: 'encounter-diagnosis',
      },
      securityLabels: ['42CFRPart2'],
    });
    expect(row, JSON.stringify(row.body)).toMatchObject({ status: 201 });
    const query = `?list=diagnoses&recordId=${String(row.body['id'])}`;
    const { body } = await ask(token, patientId, query);
    const { allowed, treating } = body as unknown as Explanation;
    expect(allowed).toBe(false);
    expect(failing(treating)).toEqual(['42CFRPart2']);
    expect((await ask(clinic.maker, patientId, query)).body['allowed']).toBe(true);
    expect(
      (await ask(token, patientId, `?list=results&recordId=${String(row.body['id'])}`)).status,
    ).toBe(404);
    expect((await ask(token, patientId, '?list=results')).status).toBe(400);
  });
});
