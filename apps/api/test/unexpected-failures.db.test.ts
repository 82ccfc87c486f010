import { PassThrough } from 'node:stream';
import rateLimit from '@fastify/rate-limit';
import fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useProblemDetails } from '../src/problem-details.ts';
import { openClinic, type Clinic } from './clinic.ts';

/** Stands in what the database says, as a value of a row would. */
const CANARY = '078-05-1120';
/** What no list of ours names: of an extension, of PL/pgSQL, of a bug, of a cancelled statement. */
const SQL_STATES = ['HV001', 'P0001', 'XX000', '42P01', '57014'];

let log: PassThrough;
let clinic: Clinic;
let doctor: string;
let patientId: string;

beforeAll(async () => {
  log = new PassThrough();
  clinic = await openClinic({ logLevel: 'error', log });
  doctor = await clinic.staff('doctor@example.org', 'DOCTOR');
  patientId = await clinic.patient(doctor);
});

afterAll(() => clinic.close());

/** Does something while each new row of a table is refused with a SQLSTATE. */
async function whileRefused<T>(table: string, sqlState: string, act: () => Promise<T>): Promise<T> {
  await clinic.owner.query(`
    create or replace function refuse_row() returns trigger language plpgsql as $$
    begin
      raise exception 'the row of ${CANARY} is refused'
        using errcode = '${sqlState}', detail = '${CANARY}', constraint = 'refused', table = '${table}';
    end $$;
    create trigger refused before insert on ${table} for each row execute function refuse_row()`);
  try {
    return await act();
  } finally {
    await clinic.owner.query(`drop trigger refused on ${table}`);
  }
}

const linesOfLog = () =>
  String(log.read() ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

const failed = {
  ...{ type: 'about:blank', title: 'Internal Server Error', status: 500, code: 'API.UNEXPECTED' },
  detail: 'The request failed, and not by its own fault.',
  fix: 'Send it again. If it fails again, tell whoever runs this API its `requestId`.',
  requestId: expect.any(String) as string,
};

const requests = {
  'by Prisma': ['patients', 'POST', '/v1/patients', { family: 'Doe', given: 'Jo' }],
  'by its own statement': ['audit_logs', 'GET', '/v1/patients/ID/summary', undefined],
} as const;

describe('a failure that nothing foresaw', () => {
  it.each(
    SQL_STATES.flatMap((sqlState) =>
      (['by Prisma', 'by its own statement'] as const).map((way) => ({ sqlState, way })),
    ),
  )('is answered with nothing of the inside: $sqlState, $way', async ({ sqlState, way }) => {
    const [table, method, url, body] = requests[way];
    linesOfLog();
    const answer = await whileRefused(table, sqlState, () =>
      clinic.as(doctor, method, url.replace('ID', patientId), body),
    );
    expect(answer.status).toBe(500);
    expect(answer.body).toEqual(failed);
    const lines = linesOfLog();
    expect(JSON.stringify(lines)).not.toContain(CANARY);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ msg: 'failed', reqId: answer.body['requestId'] });
    expect(JSON.stringify(lines[0]?.['err'])).toContain(sqlState);
    expect(JSON.stringify(lines[0]?.['err'])).toMatch(/at .*\.ts/);
  });

  it('is answered so where the caller is looked up', async () => {
    linesOfLog();
    await clinic.owner.query('revoke select on user_sessions from test_app');
    try {
      const answer = await clinic.as(doctor, 'GET', `/v1/patients/${patientId}`);
      expect(answer).toMatchObject({ status: 500, body: failed });
    } finally {
      await clinic.owner.query('grant select on user_sessions to test_app');
    }
    expect(JSON.stringify(linesOfLog())).toContain('42501');
  });

  it('is answered so where what is thrown is no error', async () => {
    const things: unknown[] = [null, undefined, CANARY, { statusCode: 200, code: '42501' }];
    for (const thrown of things) {
      const server = fastify();
      await server.register(rateLimit);
      useProblemDetails(server, (error) => Promise.resolve(error));
      server.get('/', () => Promise.reject(thrown as Error));
      const answer = await server.inject('/');
      expect(answer.statusCode).toBe(500);
      expect(answer.json()).toEqual(failed);
    }
  });
});

describe('a refusal whose reason cannot be found', () => {
  it('stands as it is, and the log tells why', async () => {
    const stranger = await clinic.staff('stranger@example.org', 'DOCTOR', clinic.organizations[1]);
    const asked = 'function rights_closed_by(uuid, jsonb)';
    linesOfLog();
    await clinic.owner.query(`revoke execute on ${asked} from public, test_app`);
    try {
      const answer = await clinic.as(stranger, 'GET', `/v1/patients/${patientId}`);
      expect(answer).toMatchObject({ status: 404, body: { code: 'CLINICAL.PATIENT_MISSING' } });
    } finally {
      await clinic.owner.query(`grant execute on ${asked} to public, test_app`);
    }
    expect(linesOfLog()).toMatchObject([{ msg: 'reason not found', err: { code: '42501' } }]);
  });
});
