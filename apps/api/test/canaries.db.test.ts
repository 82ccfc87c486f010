import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addFile } from './add-file.ts';
import { openClinic, type Clinic } from './clinic.ts';
import { dumpDatabase } from './dump-database.ts';

/** What a patient tells, in a form that nothing else has. */
const CANARIES = {
  family: 'Zanzibarova',
  given: 'Quillfeather',
  birthDate: '1931-07-23',
  mrn: 'MRN-CANARY-77123',
  ssn: '219-09-9999',
  phone: '+1 555 0177 4242',
  city: 'Canaryville',
  nickname: 'Featherquill',
  note: 'confided something unrepeatable',
  doseText: 'half a tablet under the moon',
  valueText: 'an unmistakable growth',
  specimen: 'SPECIMEN-CANARY-9',
  title: 'Biopsy of the unmentionable',
  identifier: 'DL-CANARY-4711',
  fileName: 'scan-of-a-secret-growth.pdf',
  fileText: 'a page that nobody else has',
  relative: 'Grandmother Zanzibarova-Oldest',
};

let clinic: Clinic;
let log = '';

beforeAll(async () => {
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      log += chunk.toString();
      done();
    },
  });
  clinic = await openClinic({ logLevel: 'trace', log: stream });
  const doctor = await clinic.staff('doctor@example.org', 'DOCTOR');
  await writeCanaries(doctor);
});

afterAll(() => clinic.close());

/** Writes every canary through the API, reads and searches it, and provokes refusals that hold it. */
async function writeCanaries(doctor: string): Promise<void> {
  const id = await clinic.patient(doctor, {
    family: CANARIES.family,
    given: CANARIES.given,
    birthDate: CANARIES.birthDate,
    mrn: CANARIES.mrn,
    ssn: CANARIES.ssn,
    telecom: [{ system: 'phone', value: CANARIES.phone }],
    address: [{ city: CANARIES.city }],
    otherNames: [{ use: 'nickname', given: CANARIES.nickname }],
  });
  const chart = `/v1/patients/${id}`;
  const post = async (part: string, body: object) => {
    const { status } = await clinic.as(doctor, 'POST', `${chart}/${part}`, body);
    expect(status).toBe(201);
  };
  const loinc = { codeSystem: 'http://loinc.org', status: 'final' };
  await post('diagnoses', {
    code: 'I10',
    codeSystem: 'urn:x',
    clinicalStatus: 'active',
    note: CANARIES.note,
  });
  await post('medications', {
    code: '1',
    codeSystem: 'urn:x',
    kind: 'STATEMENT',
    status: 'active',
    doseText: CANARIES.doseText,
  });
  await post('results', {
    ...loinc,
    code: '4548-4',
    valueText: CANARIES.valueText,
    specimenIdentifier: CANARIES.specimen,
  });
  await post('documents', {
    type: 'PATHOLOGY_REPORT',
    title: CANARIES.title,
    note: CANARIES.note,
    secureFileId: await addFile(clinic.owner, id, doctor),
  });
  await post('identifiers', { system: 'urn:oid:1.2.3', value: CANARIES.identifier });
  await post('relationships', { name: CANARIES.relative, relationshipCode: 'GRMTH' });
  const { statusCode } = await clinic.platform.server.inject({
    method: 'POST',
    url: `${chart}/files`,
    headers: {
      authorization: `Bearer ${doctor}`,
      'content-type': 'text/plain',
      'content-disposition': `attachment; filename="${CANARIES.fileName}"`,
    },
    payload: CANARIES.fileText,
  });
  expect(statusCode).toBe(201);
  for (const part of [
    '',
    '/summary',
    '/timeline',
    '/diagnoses',
    '/documents',
    '/files',
    '/identifiers',
    '/relationships',
  ]) {
    expect((await clinic.as(doctor, 'GET', `${chart}${part}`)).status).toBe(200);
  }
  const { family, mrn, birthDate, identifier } = CANARIES;
  for (const criteria of [
    { name: family },
    { mrn },
    { birthDate },
    { identifier: { system: 'urn:oid:1.2.3', value: identifier } },
  ]) {
    const { body } = await clinic.as(doctor, 'POST', '/v1/patients/search', criteria);
    expect(body['items']).toHaveLength(1);
  }
  await clinic.as(doctor, 'POST', '/v1/patients', { family, mrn });
  await clinic.as(doctor, 'POST', '/v1/patients', {
    family: 7,
    given: CANARIES.given,
    oddity: CANARIES.note,
  });
  await clinic.as(doctor, 'GET', `${chart}/diagnoses?fields=${encodeURIComponent(CANARIES.note)}`);
  await clinic.as(doctor, 'GET', `/v1/patients/${encodeURIComponent(CANARIES.family)}`);
  await clinic.owner.query('revoke insert on audit_logs from test_app');
  await clinic.as(doctor, 'POST', `${chart}/diagnoses`, {
    code: 'I10',
    codeSystem: 'urn:x',
    clinicalStatus: 'active',
    note: CANARIES.note,
  });
  await clinic.owner.query('grant insert on audit_logs to test_app');
}

describe('what a patient tells', () => {
  it('is in no row of any table in the clear, whatever its case', async () => {
    const dump = (await dumpDatabase(clinic.owner)).join('\n').toLowerCase();
    expect(dump).toContain('hv1.');
    const found = Object.entries(CANARIES).filter(([, value]) =>
      dump.includes(value.toLowerCase()),
    );
    expect(found).toEqual([]);
    expect(dump).not.toContain(Buffer.from(CANARIES.family).toString('hex'));
    expect(dump).not.toContain(Buffer.from(CANARIES.family).toString('base64').toLowerCase());
  });

  it('is in no line of the log, at its most talkative, nor is a token or a password', () => {
    expect(log.split('\n').length).toBeGreaterThan(20);
    const secrets = { password: 'Correct-Horse-7-Battery', session: 'hvs_', mail: '@example.org' };
    const text = log.toLowerCase();
    const found = Object.entries({ ...CANARIES, ...secrets }).filter(
      ([, value]) =>
        text.includes(value.toLowerCase()) ||
        text.includes(encodeURIComponent(value).toLowerCase()),
    );
    expect(found).toEqual([]);
  });
});
