import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openClinic, type Clinic } from '../clinic.ts';

let clinic: Clinic;
let doctor: string;
let colleague: string;
let stranger: string;

beforeAll(async () => {
  clinic = await openClinic();
  doctor = await clinic.staff('doctor@example.org', 'DOCTOR');
  colleague = await clinic.staff('colleague@example.org', 'DOCTOR');
  stranger = await clinic.staff('stranger@example.org', 'DOCTOR', clinic.organizations[1]);
});

afterAll(() => clinic.close());

describe('a patient', () => {
  it('is registered, read, and changed by whoever read the current version', async () => {
    const made = await clinic.as(doctor, 'POST', '/v1/patients', {
      family: 'O’Neil-Smith',
      given: 'Ann Zoë',
      birthDate: '1980-02-29',
      gender: 'female',
      mrn: 'N-1001',
      ssn: '078-05-1120',
      telecom: [{ system: 'phone', value: '+1 555 0100' }],
      address: [{ city: 'Mobile', state: 'AL', country: 'US' }],
    });
    expect(made).toMatchObject({ status: 201, etag: 'W/"1"' });
    expect(made.body).toMatchObject({
      family: 'O’Neil-Smith',
      mrn: 'N-1001',
      majorityOn: '1999-03-01',
      organizationId: clinic.organizations[0],
      version: 1,
    });
    expect(JSON.stringify(made.body)).not.toContain('1120');
    const address = `/v1/patients/${String(made.body['id'])}`;
    const change = { gender: 'other', mrn: 'N-1002' };
    expect(await clinic.as(doctor, 'PATCH', address, change)).toMatchObject({
      status: 428,
      body: { code: 'API.MATCH_MISSING' },
    });
    const changed = await clinic.as(doctor, 'PATCH', address, change, { 'if-match': 'W/"1"' });
    expect(changed).toMatchObject({ status: 200, etag: 'W/"2"', body: { mrn: 'N-1002' } });
    expect(
      await clinic.as(doctor, 'PATCH', address, change, { 'if-match': 'W/"1"' }),
    ).toMatchObject({
      status: 412,
      body: { code: 'CLINICAL.VERSION_CONFLICT' },
    });
    const read = await clinic.as(doctor, 'GET', `${address}?fields=mrn,gender`);
    expect(read).toMatchObject({ status: 200, etag: 'W/"2"' });
    expect(read.body).toEqual({ id: made.body['id'], mrn: 'N-1002', gender: 'other' });
    expect(await clinic.as(doctor, 'GET', `${address}?fields=mrn,ssn`)).toMatchObject({
      status: 400,
      body: { code: 'CLINICAL.FIELDS_UNKNOWN' },
    });
  });

  it('is not there for who does not treat it, in either organisation, and the attempt is kept', async () => {
    const id = await clinic.patient(doctor);
    for (const token of [colleague, stranger]) {
      const unseen = await clinic.as(token, 'GET', `/v1/patients/${id}`);
      const unknown = await clinic.as(token, 'GET', `/v1/patients/${crypto.randomUUID()}`);
      expect(unseen.status).toBe(404);
      expect({ ...unseen.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' });
      const written = await clinic.as(token, 'POST', `/v1/patients/${id}/diagnoses`, {
        code: 'I10',
        codeSystem: 'http://hl7.org/fhir/sid/icd-10-cm',
        clinicalStatus: 'active',
      });
      expect(written.status).toBe(404);
    }
    const { rows } = await clinic.owner.query(
      `select outcome from audit_logs where patient_id = $1 and outcome <> '0'`,
      [id],
    );
    expect(rows).toHaveLength(4);
  });

  it('opens to a colleague while the colleague is in the care team', async () => {
    const id = await clinic.patient(doctor);
    const userId = await clinic.userId('colleague@example.org');
    const role = '17561000';
    const added = await clinic.as(doctor, 'POST', `/v1/patients/${id}/care-team`, { userId, role });
    expect(added.status).toBe(201);
    expect(
      (await clinic.as(doctor, 'POST', `/v1/patients/${id}/care-team`, { userId, role })).body,
    ).toMatchObject({ code: 'CLINICAL.MEMBER_OVERLAPS' });
    expect((await clinic.as(colleague, 'GET', `/v1/patients/${id}`)).status).toBe(200);
    const member = `/v1/patients/${id}/care-team/${String(added.body['id'])}/end`;
    expect(await clinic.as(doctor, 'POST', member, { reason: 'referral ended' })).toMatchObject({
      status: 200,
    });
    expect((await clinic.as(colleague, 'GET', `/v1/patients/${id}`)).status).toBe(404);
  });

  it('opens to an organisation in the care team, and to a practitioner', async () => {
    const id = await clinic.patient(doctor);
    const organizationId = clinic.organizations[1];
    await clinic.as(doctor, 'POST', `/v1/patients/${id}/care-team`, {
      organizationId,
      role: '17561000',
    });
    expect((await clinic.as(stranger, 'GET', `/v1/patients/${id}`)).status).toBe(200);
    const admin = await clinic.staff('admin@example.org', 'ADMIN');
    const practitioner = await clinic.as(admin, 'POST', '/v1/practitioners', {
      name: 'Colleague',
      npi: '1234567893',
      userId: await clinic.userId('colleague@example.org'),
    });
    expect(practitioner.status).toBe(201);
    expect(
      (await clinic.as(doctor, 'GET', '/v1/practitioners?name=colle')).body['items'],
    ).toHaveLength(1);
    await clinic.as(doctor, 'POST', `/v1/patients/${id}/care-team`, {
      practitionerId: practitioner.body['id'],
      role: '17561000',
    });
    expect((await clinic.as(colleague, 'GET', `/v1/patients/${id}`)).status).toBe(200);
    expect((await clinic.as(admin, 'GET', `/v1/patients/${id}`)).status).toBe(404);
  });

  it('is not made more confidential than its maker may read, and nothing is left of the attempt', async () => {
    const made = await clinic.as(doctor, 'POST', '/v1/patients', {
      family: 'Hidden',
      mrn: 'HIDDEN-1',
      confidentiality: 'V',
    });
    expect(made).toMatchObject({ status: 403, body: { code: 'CLINICAL.ACT_REFUSED' } });
    const id = await clinic.patient(doctor, { mrn: 'HIDDEN-1' });
    const match = { 'if-match': 'W/"1"' };
    const change = { confidentiality: 'V' };
    expect(await clinic.as(doctor, 'PATCH', `/v1/patients/${id}`, change, match)).toMatchObject({
      status: 403,
      body: { code: 'DATABASE.ROW_REFUSED' },
    });
    expect((await clinic.as(doctor, 'GET', `/v1/patients/${id}`)).body).toMatchObject({
      confidentiality: 'N',
      version: 1,
    });
  });

  it('has a number once in an organisation', async () => {
    await clinic.patient(doctor, { mrn: 'TAKEN-1' });
    const again = await clinic.as(doctor, 'POST', '/v1/patients', { family: 'X', mrn: 'taken 1' });
    expect(again).toMatchObject({ status: 409, body: { code: 'CLINICAL.IDENTIFIER_TAKEN' } });
    expect(
      (await clinic.as(stranger, 'POST', '/v1/patients', { family: 'X', mrn: 'TAKEN-1' })).status,
    ).toBe(201);
  });
});

describe('a search', () => {
  const find = async (token: string, criteria: object) => {
    const { body, status } = await clinic.as(token, 'POST', '/v1/patients/search', criteria);
    if (status !== 200) return [String(body['code'])];
    return (body['items'] as { family: string; isOpen: boolean }[]).map(
      ({ family, isOpen }) => `${family}${isOpen ? '' : ' (closed)'}`,
    );
  };

  it('finds by parts of names, number, birth and identifier, only in the own organisation', async () => {
    const id = await clinic.patient(doctor, {
      family: 'Müller-Lüdenscheidt',
      given: 'Jörg Li',
      birthDate: '1971-05-03',
      mrn: 'S-77',
    });
    await clinic.as(doctor, 'POST', `/v1/patients/${id}/identifiers`, {
      system: 'urn:oid:2.16.840.1.113883.4.3.1',
      value: 'DL 9-9',
    });
    const mine = ['Müller-Lüdenscheidt'];
    expect(await find(doctor, { name: 'muller' })).toEqual(mine);
    expect(await find(doctor, { name: 'LÜD' })).toEqual(mine);
    expect(await find(doctor, { name: 'jor mull' })).toEqual(mine);
    expect(await find(doctor, { name: 'li müller' })).toEqual(mine);
    expect(await find(doctor, { name: 'mulligan' })).toEqual([]);
    expect(await find(doctor, { name: 'l' })).toEqual([]);
    expect(await find(doctor, { name: 'miller', sounds: true })).toEqual(mine);
    expect(await find(doctor, { birthDate: '1971-05-03' })).toEqual(mine);
    expect(await find(doctor, { birthDate: '1971-05-03', name: 'smith' })).toEqual([]);
    expect(await find(doctor, { mrn: 's77' })).toEqual(mine);
    const identifier = { system: 'urn:oid:2.16.840.1.113883.4.3.1', value: 'dl99' };
    expect(await find(doctor, { identifier })).toEqual(mine);
    expect(await find(colleague, { name: 'muller' })).toEqual(['Müller-Lüdenscheidt (closed)']);
    expect(await find(stranger, { name: 'muller' })).toEqual([]);
    expect(await find(doctor, {})).toEqual(['CLINICAL.SEARCH_TOO_SHORT']);
    expect(await find(doctor, { name: '--' })).toEqual(['CLINICAL.SEARCH_TOO_SHORT']);
    const person = await clinic.registered('person@example.org');
    expect(await find(person, { name: 'muller' })).toEqual(['IDENTITY.NOT_PERMITTED']);
  });

  it('finds whom the searcher treats in another organisation, and what is linked with them', async () => {
    const chief = await clinic.staff('merger@example.org', 'OWNER');
    const [from, into, other] = [
      await clinic.patient(chief, { family: 'Farland', given: 'One' }),
      await clinic.patient(chief, { family: 'Farland', given: 'Two' }),
      await clinic.patient(chief, { family: 'Farland', given: 'Other' }),
    ];
    await clinic.as(chief, 'POST', '/v1/auth/step-up', { password: 'Correct-Horse-7-Battery' });
    const merge = { intoId: into, reason: 'same person' };
    expect((await clinic.as(chief, 'POST', `/v1/patients/${from}/merge`, merge)).status).toBe(200);
    expect(await find(stranger, { name: 'farland' })).toEqual([]);
    const team = `/v1/patients/${into}/care-team`;
    const member = { organizationId: clinic.organizations[1], role: '17561000' };
    const { body } = await clinic.as(chief, 'POST', team, member);
    expect(await find(stranger, { name: 'farland' })).toEqual(['Farland', 'Farland']);
    await clinic.as(chief, 'POST', `${team}/${String(body['id'])}/end`, { reason: 'over' });
    expect(await find(stranger, { name: 'farland' })).toEqual([]);
    const userId = await clinic.userId('stranger@example.org');
    await clinic.as(chief, 'POST', `/v1/patients/${other}/care-team`, { userId, role: '17561000' });
    expect(await find(stranger, { name: 'farland' })).toEqual(['Farland']);
  });

  it('pages without losing or repeating anybody', async () => {
    for (let n = 0; n < 5; n += 1)
      await clinic.patient(doctor, { family: 'Pager', given: `N${n}` });
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const { body } = await clinic.as(doctor, 'POST', '/v1/patients/search', {
        name: 'pager',
        limit: 2,
        ...(after !== undefined && { after }),
      });
      seen.push(...(body['items'] as { given: string }[]).map(({ given }) => given));
      after = (body['next'] as string | null) ?? undefined;
    } while (after !== undefined);
    expect(seen.sort()).toEqual(['N0', 'N1', 'N2', 'N3', 'N4']);
  });

  it('leaves a keyed hash and one row for each patient found', async () => {
    const id = await clinic.patient(doctor, { family: 'Traceable' });
    await find(doctor, { name: 'traceable' });
    const { rows } = await clinic.owner.query<{
      patient_id: string | null;
      record_count: number | null;
      size: number;
    }>(
      `select patient_id, record_count, octet_length(query_hash) as size from audit_logs
       where query_hash = (select query_hash from audit_logs where patient_id = $1 and event_type = 'PHI_SEARCH')
       order by patient_id nulls first`,
      [id],
    );
    expect(rows).toEqual([
      { patient_id: null, record_count: 1, size: 32 },
      { patient_id: id, record_count: null, size: 32 },
    ]);
  });
});

describe('two records of one person', () => {
  it('are linked, read as one, and parted again', async () => {
    const chief = await clinic.staff('chief@example.org', 'OWNER');
    const code = {
      code: 'E11.9',
      codeSystem: 'http://hl7.org/fhir/sid/icd-10-cm',
      clinicalStatus: 'active',
    };
    const from = await clinic.patient(chief, { family: 'Twice' });
    const into = await clinic.patient(chief, { family: 'Twice' });
    await clinic.as(chief, 'POST', `/v1/patients/${from}/diagnoses`, code);
    const merge = { intoId: into, reason: 'same person' };
    expect(await clinic.as(chief, 'POST', `/v1/patients/${from}/merge`, merge)).toMatchObject({
      status: 403,
      body: { code: 'CLINICAL.ACT_REFUSED' },
    });
    await clinic.as(chief, 'POST', '/v1/auth/step-up', { password: 'Correct-Horse-7-Battery' });
    expect(
      (await clinic.as(chief, 'POST', `/v1/patients/${from}/merge`, { ...merge, intoId: from }))
        .body,
    ).toMatchObject({ code: 'CLINICAL.MERGE_REFUSED' });
    expect((await clinic.as(chief, 'POST', `/v1/patients/${from}/merge`, merge)).status).toBe(200);
    expect(
      (
        await clinic.as(chief, 'POST', `/v1/patients/${into}/merge`, {
          intoId: from,
          reason: 'back',
        })
      ).body,
    ).toMatchObject({ code: 'CLINICAL.MERGE_REFUSED' });
    expect((await clinic.as(chief, 'GET', `/v1/patients/${from}`)).body).toMatchObject({
      active: false,
      mergedIntoId: into,
      version: 2,
    });
    expect(
      (await clinic.as(chief, 'GET', `/v1/patients/${into}/diagnoses`)).body['items'],
    ).toHaveLength(1);
    expect(
      (await clinic.as(chief, 'POST', `/v1/patients/${from}/diagnoses`, code)).body,
    ).toMatchObject({ code: 'CLINICAL.PATIENT_MERGED' });
    expect(
      (await clinic.as(chief, 'POST', `/v1/patients/${from}/unmerge`, { reason: 'two people' }))
        .status,
    ).toBe(200);
    expect(
      (await clinic.as(chief, 'GET', `/v1/patients/${into}/diagnoses`)).body['items'],
    ).toHaveLength(0);
  });
});

describe('the own record', () => {
  it('is begun by the person, read and added to, and nobody else’s', async () => {
    const person = await clinic.registered('own@example.org');
    const made = await clinic.as(person, 'POST', '/v1/patients', { family: 'Own', own: true });
    expect(made).toMatchObject({ status: 201, body: { organizationId: null } });
    const id = String(made.body['id']);
    const mine = await clinic.as(person, 'GET', '/v1/me/patients');
    expect(mine.body['items']).toMatchObject([{ id, relationship: 'SELF' }]);
    const allergy = {
      code: '716186003',
      codeSystem: 'http://snomed.info/sct',
      clinicalStatus: 'active',
    };
    const added = await clinic.as(person, 'POST', `/v1/patients/${id}/allergies`, allergy);
    expect(added).toMatchObject({ status: 201, body: { source: 'PATIENT_ENTERED' } });
    const posed = { ...allergy, source: 'CLINICIAN_ENTERED' };
    expect((await clinic.as(person, 'POST', `/v1/patients/${id}/allergies`, posed)).status).toBe(
      403,
    );
    expect((await clinic.as(doctor, 'GET', `/v1/patients/${id}`)).status).toBe(404);
    expect((await clinic.as(person, 'POST', '/v1/patients', { family: 'Another' })).status).toBe(
      403,
    );
  });

  it('is given by who treats the patient, and opens to a representative within the scope', async () => {
    const id = await clinic.patient(doctor, { birthDate: '2020-01-01' });
    const diagnosis = {
      code: 'F32.A',
      codeSystem: 'http://hl7.org/fhir/sid/icd-10-cm',
      clinicalStatus: 'active',
    };
    await clinic.as(doctor, 'POST', `/v1/patients/${id}/diagnoses`, diagnosis);
    await clinic.as(doctor, 'POST', `/v1/patients/${id}/diagnoses`, {
      ...diagnosis,
      securityLabels: ['SEX'],
    });
    const child = await clinic.registered('child@example.org');
    const parent = await clinic.registered('parent@example.org');
    expect((await clinic.as(child, 'GET', `/v1/patients/${id}`)).status).toBe(404);
    expect(
      (
        await clinic.as(doctor, 'POST', `/v1/patients/${id}/account`, {
          email: 'child@example.org',
        })
      ).status,
    ).toBe(200);
    expect(
      (await clinic.as(child, 'GET', `/v1/patients/${id}/diagnoses`)).body['items'],
    ).toHaveLength(2);
    expect(
      (
        await clinic.as(
          child,
          'PATCH',
          `/v1/patients/${id}`,
          { gender: 'male' },
          { 'if-match': 'W/"2"' },
        )
      ).status,
    ).toBe(403);
    const related = await clinic.as(doctor, 'POST', `/v1/patients/${id}/relationships`, {
      relatedUserId: await clinic.userId('parent@example.org'),
      name: 'Parent Doe',
      relationshipCode: 'PRN',
      isPersonalRepresentative: true,
      scope: 'READ',
      excludedServices: ['SEX'],
      endsAtMajority: true,
    });
    expect(related.status).toBe(201);
    expect(
      (await clinic.as(parent, 'GET', `/v1/patients/${id}/diagnoses`)).body['items'],
    ).toHaveLength(1);
    expect(
      (await clinic.as(parent, 'POST', `/v1/patients/${id}/diagnoses`, diagnosis)).status,
    ).toBe(403);
    expect((await clinic.as(parent, 'GET', '/v1/me/patients')).body['items']).toMatchObject([
      { id, relationship: 'REPRESENTATIVE' },
    ]);
    const revoke = `/v1/patients/${id}/relationships/${String(related.body['id'])}/revoke`;
    expect((await clinic.as(doctor, 'POST', revoke)).status).toBe(200);
    expect((await clinic.as(parent, 'GET', `/v1/patients/${id}/diagnoses`)).status).toBe(404);
  });

  it('shows its person who saw it, refused attempts too, and nobody else', async () => {
    const id = await clinic.patient(doctor);
    await clinic.as(doctor, 'GET', `/v1/patients/${id}/summary`);
    await clinic.as(stranger, 'GET', `/v1/patients/${id}/summary`);
    const person = await clinic.registered('curious@example.org');
    await clinic.as(doctor, 'POST', `/v1/patients/${id}/account`, { email: 'curious@example.org' });
    const seen = await clinic.as(person, 'GET', `/v1/patients/${id}/accesses`);
    expect(seen.status).toBe(200);
    const items = seen.body['items'] as {
      eventType: string;
      outcome: string;
      role: string;
      userId: string;
    }[];
    expect(items.map(({ eventType, outcome }) => `${eventType} ${outcome}`)).toEqual([
      'PERMISSION_CHANGE SUCCESS',
      'PHI_READ MINOR_FAILURE',
      'PHI_READ SUCCESS',
      'PHI_CREATE SUCCESS',
    ]);
    expect(items[2]).toMatchObject({
      role: 'DOCTOR',
      userId: await clinic.userId('doctor@example.org'),
    });
    for (const token of [doctor, stranger]) {
      expect((await clinic.as(token, 'GET', `/v1/patients/${id}/accesses`)).status).toBe(404);
    }
    const officer = await clinic.staff('officer@example.org', 'ADMIN');
    const trail = await clinic.as(officer, 'GET', `/v1/audit/events?patientId=${id}&limit=2`);
    expect(trail.body['items']).toHaveLength(2);
    const next = encodeURIComponent(String(trail.body['next']));
    const rest = await clinic.as(
      officer,
      'GET',
      `/v1/audit/events?patientId=${id}&limit=200&after=${next}`,
    );
    expect(rest.body['items']).toHaveLength(1);
    expect((await clinic.as(person, 'GET', '/v1/audit/events')).status).toBe(403);
  });
});
