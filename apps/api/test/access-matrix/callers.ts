import type pg from 'pg';
import { PASSWORD } from '../accounts.ts';
import { openClinic, type Clinic } from '../clinic.ts';
import { exampleOf } from '../record-examples.ts';
import { makeTwin, type Twin } from './twin.ts';

/** Whoever sends a request, and the patient whose record it asks for. */
export interface MatrixCaller {
  readonly token: string | undefined;
  /** What every request of this caller carries. */
  readonly headers: Readonly<Record<string, string>>;
  readonly patientId: string;
  /** Rows of that record which stand open, by list; made when they are asked for. */
  readonly open: Map<string, string>;
}

/** The API, with a caller for each column of the tables. */
export interface MatrixClinic extends Clinic {
  /** Callers by the heads of the columns. */
  readonly callers: ReadonlyMap<string, MatrixCaller>;
  /** The account that registers patients and treats every one of them. */
  readonly maker: string;
  /** Registers one more patient, whom the caller may see if the caller sees the first. */
  again(caller: string): Promise<string>;
  /** A row of a list of the caller's patient that nobody changed yet. */
  record(caller: string, list: string): Promise<string>;
  /** A file of the caller's patient that a document names. */
  file(caller: string): Promise<string>;
  /** The same session once more, in an account of its own that may be spoilt. */
  twin(caller: MatrixCaller): Promise<Twin>;
}

type Tie = (patientId: string) => Promise<void>;

const ROLE = '17561000';

/** Opens the clinic and everybody in it: one patient for each caller, with one tie or none. */
export async function openMatrixClinic(): Promise<MatrixClinic> {
  const clinic = await openClinic();
  const { owner, organizations } = clinic;
  const maker = await clinic.staff('maker@example.org', 'DOCTOR');
  const callers = new Map<string, MatrixCaller>();
  const ties = new Map<string, Tie>();

  const post = async (url: string, body: object = {}) => {
    const answer = await clinic.as(maker, 'POST', url, body);
    if (answer.status >= 300) throw new Error(`${url}: ${JSON.stringify(answer.body)}`);
    return String(answer.body['id']);
  };
  const joins = (email: string) => async (patientId: string) => {
    const member = { userId: await clinic.userId(email), role: ROLE };
    await post(`/v1/patients/${patientId}/care-team`, member);
  };
  const joined = (email: string) => async (patientId: string) => {
    const member = { userId: await clinic.userId(email), role: ROLE };
    const id = await post(`/v1/patients/${patientId}/care-team`, member);
    await post(`/v1/patients/${patientId}/care-team/${id}/end`, { reason: 'moved' });
  };
  const represents =
    (email: string, scope: string, isRevoked = false) =>
    async (patientId: string) => {
      const chart = `/v1/patients/${patientId}/relationships`;
      const id = await post(chart, {
        relatedUserId: await clinic.userId(email),
        relationshipCode: 'PRN',
        isPersonalRepresentative: true,
        scope,
      });
      if (isRevoked) await post(`${chart}/${id}/revoke`);
    };
  const add = async (
    name: string,
    token: string | undefined,
    tie: Tie = () => Promise.resolve(),
    laterTie: Tie = tie,
    headers: Record<string, string> = {},
  ) => {
    const patientId = await clinic.patient(maker, { family: 'Matrixcanary' });
    await tie(patientId);
    ties.set(name, laterTie);
    callers.set(name, { token, headers, patientId, open: new Map() });
  };
  const proven = async (token: string) => {
    await clinic.as(token, 'POST', '/v1/auth/step-up', { password: PASSWORD });
    return token;
  };
  const [, south] = organizations;
  const team = await clinic.staff('team@example.org', 'DOCTOR');
  const far = await clinic.staff('far@example.org', 'DOCTOR', south);
  const admin = await clinic.staff('admin@example.org', 'ADMIN');
  const chief = await clinic.staff('chief@example.org', 'OWNER');
  const provenChief = await proven(await clinic.staff('proven@example.org', 'OWNER'));
  const key = async (...scopes: string[]) => {
    const { body } = await clinic.as(provenChief, 'POST', '/v1/me/api-keys', { name: 'k', scopes });
    return String(body['key']);
  };

  await add('nobody', undefined);
  await add('treats', team, joins('team@example.org'));
  await add(
    'treats, 1 factor',
    await clinic.loggedIn('team@example.org'),
    joins('team@example.org'),
  );
  await add('treats, by organisation', far, async (patientId) => {
    await post(`/v1/patients/${patientId}/care-team`, { organizationId: south, role: ROLE });
  });
  await add('treated', team, joined('team@example.org'));
  await add('same organisation', team);
  await add('other organisation', far);
  await add('owner treats', chief, joins('chief@example.org'));
  await add('owner treats, proof', provenChief, joins('proven@example.org'));
  await add('owner, proof', provenChief);
  await add('admin treats', admin, joins('admin@example.org'));
  await add('admin', admin);
  await add('admin, proof', await proven(await clinic.staff('proof@example.org', 'ADMIN')));
  const self = 'self@example.org';
  await add(
    'patient',
    await clinic.registered(self),
    async (patientId) => {
      await post(`/v1/patients/${patientId}/account`, { email: self });
    },
    represents(self, 'FULL'),
  );
  const keeper = await clinic.registered('keeper@example.org');
  const kept = await clinic.as(keeper, 'POST', '/v1/patients', {
    family: 'Matrixcanary',
    own: true,
  });
  callers.set('keeps own', {
    token: keeper,
    headers: {},
    patientId: String(kept.body['id']),
    open: new Map(),
  });
  ties.set('keeps own', represents('keeper@example.org', 'FULL'));
  for (const [name, scope] of [
    ['stands in, FULL', 'FULL'],
    ['stands in, READ_WRITE', 'READ_WRITE'],
    ['stands in, READ', 'READ'],
  ] as const) {
    const email = `${scope.toLowerCase()}@example.org`;
    await add(name, await clinic.registered(email), represents(email, scope));
  }
  const former = 'former@example.org';
  await add('stood in', await clinic.registered(former), represents(former, 'FULL', true));
  await add('stranger', await clinic.registered('stranger@example.org'));
  const treats = joins('proven@example.org');
  await add('key, READ_PHI', await key('READ_PHI'), treats);
  await add('key, READ_PHI WRITE_PHI', await key('READ_PHI', 'WRITE_PHI'), treats);
  await add('key, no tie', await key('READ_PHI', 'WRITE_PHI', 'SEARCH_PHI', 'READ_AUDIT_LOGS'));

  const both =
    (...ties: readonly Tie[]): Tie =>
    async (patientId) => {
      for (const each of ties) await each(patientId);
    };
  const under = (name: string, token: string, purpose: string | null, ...ties: readonly Tie[]) =>
    add(name, token, both(...ties), both(...ties), {
      ...(purpose !== null && { 'x-purpose-of-use': purpose }),
    });
  const denied = 'denied@example.org';
  await under(
    'denied',
    await clinic.staff(denied, 'DOCTOR'),
    null,
    joins(denied),
    consents(owner, false, { actor_user_id: await clinic.userId(denied) }),
  );
  await under('permitted', far, null, consents(owner, true, { actor_organization_id: south }));
  await under('restricted', team, 'HPAYMT', joins('team@example.org'), restricts(owner, 'HPAYMT'));
  await under('researches', team, 'HRESCH', joins('team@example.org'));
  const night = 'night@example.org';
  const nightToken = await clinic.staff(night, 'DOCTOR');
  const nightId = await clinic.userId(night);
  await under('emergency', nightToken, 'BTG', breaksGlass(owner, nightId, '1 hour'));
  await under('emergency over', nightToken, 'BTG', breaksGlass(owner, nightId, '0'));
  const parted = 'parted@example.org';
  const partedToken = await clinic.registered(parted);
  const partedId = await clinic.userId(parted);
  await under(
    'stands in, denied',
    partedToken,
    null,
    represents(parted, 'FULL'),
    consents(owner, false, { actor_user_id: partedId }),
  );

  return {
    ...clinic,
    ...{ callers, maker },
    async again(name) {
      const patientId = await clinic.patient(maker, { family: 'Matrixcanary' });
      await ties.get(name)?.(patientId);
      return patientId;
    },
    async record(name, list) {
      const caller = callers.get(name);
      if (caller === undefined) throw new Error(`There is no caller "${name}".`);
      const { open, patientId } = caller;
      const found = open.get(list);
      if (found !== undefined) return found;
      const writer = name === 'keeps own' ? (caller.token ?? '') : maker;
      const row = await exampleOf(owner, list, patientId, writer);
      const { status, body } = await clinic.as(
        writer,
        'POST',
        `/v1/patients/${patientId}/${list}`,
        row,
      );
      if (status !== 201) throw new Error(`${list}: ${JSON.stringify(body)}`);
      open.set(list, String(body['id']));
      return String(body['id']);
    },
    async file(name) {
      const caller = callers.get(name);
      if (caller === undefined) throw new Error(`There is no caller "${name}".`);
      const writer = name === 'keeps own' ? (caller.token ?? '') : maker;
      const add = async (list: string, row: object) => {
        const address = `/v1/patients/${caller.patientId}/${list}`;
        const { status, body } = await clinic.as(writer, 'POST', address, row);
        if (status !== 201) throw new Error(`${list}: ${JSON.stringify(body)}`);
        return String(body['id']);
      };
      const secureFileId = await add('files', {});
      await add('documents', { type: 'LAB_REPORT', secureFileId });
      return secureFileId;
    },
    twin: ({ token = '' }) => makeTwin(owner, token),
  };
}

/** Gives a consent with one provision. */
const consents =
  (owner: pg.Client, permit: boolean, actor: Readonly<Record<string, string>>): Tie =>
  async (patientId) => {
    await owner.query(
      `with given as (
         insert into patient_consents (id, patient_id, kind, status, scope, category, policy_uri, date_time, valid_from, updated_at)
         values (uuid_v7(), $1, 'CONSENT', 'active', 'patient-privacy', '59284-0', 'urn:oid:1.2', now(), now(), now())
         returning id)
       insert into consent_grants (id, consent_id, patient_id, permit, ${Object.keys(actor).join(', ')})
       select uuid_v7(), id, $1, $2, $3 from given`,
      [patientId, permit, ...Object.values(actor)],
    );
  };

/** Agrees to a restriction, for the organisation that keeps the chart. */
const restricts =
  (owner: pg.Client, purpose: string): Tie =>
  async (patientId) => {
    await owner.query(
      `insert into patient_privacy_requests (id, patient_id, organization_id, kind, details,
         restricted_purposes, disposition, decided_at, effective_from, updated_at)
       select uuid_v7(), id, organization_id, 'RESTRICTION', 'hv1.', array[$2]::purpose_of_use[], 'AGREED',
         now(), now(), now() from patients where id = $1`,
      [patientId, purpose],
    );
  };

/** Opens the chart in an emergency that lasts, or is over, for so long from now. */
const breaksGlass =
  (owner: pg.Client, userId: string, lasts: string): Tie =>
  async (patientId) => {
    await owner.query(
      `insert into emergency_accesses (id, user_id, patient_id, reason_code, justification, started_at,
         expires_at, review_due_at)
       values (uuid_v7(), $1, $2, 'BTG', 'found unconscious', now() - interval '1 hour',
         now() + $3::interval, now() + interval '3 days')`,
      [userId, patientId, lasts],
    );
  };
