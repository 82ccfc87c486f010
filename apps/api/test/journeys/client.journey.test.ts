import { createApiClient, isApiError, type ApiClient } from '@holovitals/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openClinic, type Clinic } from '../clinic.ts';
import { PASSWORD } from '../accounts.ts';

let clinic: Clinic;
let baseUrl: string;
let doctor: ApiClient;

beforeAll(async () => {
  clinic = await openClinic();
  baseUrl = await clinic.platform.server.listen({ port: 0, host: '127.0.0.1' });
  doctor = createApiClient({
    baseUrl,
    token: await clinic.staff('doctor@example.org', 'DOCTOR'),
    purposeOfUse: 'TREAT',
  });
});

afterAll(() => clinic.close());

const refusal = async (call: Promise<unknown>) => {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isApiError(error)) throw new Error('The call was not refused.');
  return error;
};

describe('the typed client', () => {
  it('logs in, and acts with the token that it got', async () => {
    await clinic.registered('person@example.org');
    const session: { token?: string | undefined } = {};
    const api = createApiClient({ baseUrl, token: () => session.token });
    const { data } = await api.POST('/v1/auth/login', {
      body: { email: 'person@example.org', password: PASSWORD },
    });
    session.token = data?.token;
    expect((await api.GET('/v1/me')).data).toMatchObject({ email: 'person@example.org' });
  });

  it('registers a patient, changes it by its ETag, and reads what was written', async () => {
    const made = await doctor.POST('/v1/patients', { body: { family: 'Typed', own: false } });
    const id = made.data?.id ?? '';
    const path = { id };
    const etag = made.response.headers.get('etag') ?? '';
    const changed = await doctor.PATCH('/v1/patients/{id}', {
      params: { path, header: { 'if-match': etag } },
      body: { gender: 'female' },
    });
    expect(changed.data).toMatchObject({ gender: 'female', version: 2 });
    const added = await doctor.POST('/v1/patients/{id}/diagnoses', {
      params: { path },
      body: {
        code: 'I10',
        codeSystem: 'http://hl7.org/fhir/sid/icd-10-cm',
        clinicalStatus: 'active',
      },
    });
    expect(added.data?.code).toBe('I10');
    const { data: summary } = await doctor.GET('/v1/patients/{id}/summary', { params: { path } });
    expect(summary?.problems.map(({ code }) => code)).toEqual(['I10']);
    const { data: found } = await doctor.POST('/v1/patients/search', {
      body: { name: 'typed', limit: 5, sounds: false },
    });
    expect(found?.items.map((patient) => patient.id)).toEqual([id]);
    const { rows } = await clinic.owner.query(
      `select distinct purpose_of_use from audit_logs where patient_id = $1`,
      [id],
    );
    expect(rows).toEqual([{ purpose_of_use: 'TREAT' }]);
  });

  it('throws what the API refuses, with its code and the request’s id', async () => {
    const id = crypto.randomUUID();
    const error = await refusal(
      doctor.GET('/v1/patients/{id}', { params: { path: { id }, query: {} } }),
    );
    expect(error).toMatchObject({ status: 404, code: 'CLINICAL.PATIENT_MISSING' });
    expect(error.requestId).toMatch(/\S/);
    expect(error.fix).toMatch(/search/);
  });

  it('throws an answer that is not the API’s', async () => {
    const proxied = createApiClient({
      baseUrl,
      fetch: () => Promise.resolve(new Response('<html>bad gateway</html>', { status: 502 })),
    });
    expect(await refusal(proxied.GET('/health/live'))).toMatchObject({
      status: 502,
      code: undefined,
      message: 'The API answered 502.',
    });
  });
});
