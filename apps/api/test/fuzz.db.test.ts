import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openClinic, type Clinic } from './clinic.ts';
import { fuzz } from './fuzz.ts';

let clinic: Clinic;
let tokens: (string | undefined)[];
let patients: string[];

beforeAll(async () => {
  clinic = await openClinic();
  const doctor = await clinic.staff('doctor@example.org', 'DOCTOR');
  const owner = await clinic.staff('owner@example.org', 'OWNER');
  const person = await clinic.registered('person@example.org');
  tokens = [undefined, 'hvs_wrong', doctor, doctor, doctor, owner, owner, person];
  patients = [await clinic.patient(doctor), await clinic.patient(owner)];
});

afterAll(() => clinic.close());

describe('generated requests', () => {
  it('are answered as the document says, whatever they hold', async () => {
    const seed = Number(process.env['FUZZ_SEED'] ?? 20_261_124);
    expect(await fuzz(clinic, tokens, patients, { requests: 1_500, seed })).toEqual([]);
  });
});

describe('what is no HTTP', () => {
  it.each([
    [
      'two lengths',
      'POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
    ],
    [
      'a length and chunks',
      'POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['a NUL in the path', 'GET /v1/\0 HTTP/1.1\r\nHost: x\r\n\r\n'],
    [
      'dots in the path',
      'GET /../../../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    ],
    [
      'huge headers',
      `GET /health/live HTTP/1.1\r\nHost: x\r\nX-Big: ${'x'.repeat(40_000)}\r\n\r\n`,
    ],
    ['a line feed in a header', 'GET /health/live HTTP/1.1\r\nHost: x\r\nX-A: a\nb\r\n\r\n'],
    [
      'two tokens',
      'GET /v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\nConnection: close\r\n\r\n',
    ],
    ['an odd method', 'BREW /v1/me HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['noise', '\x16\x03\x01\x02\x00\x01\x00'],
  ])('is refused, and the server lives: %s', async (_name, bytes) => {
    const { server } = clinic.platform;
    const address =
      server.server.address() ??
      (await server.listen({ port: 0, host: '127.0.0.1' }), server.server.address());
    if (typeof address !== 'object' || address === null) throw new Error('The server has no port.');
    const answer = await new Promise<string>((resolve, reject) => {
      let said = '';
      const socket = connect(address.port, '127.0.0.1', () => socket.end(bytes));
      socket.setEncoding('latin1').on('data', (text: string) => (said += text));
      socket.once('error', reject).once('close', () => {
        resolve(said);
      });
    });
    expect(answer).not.toMatch(/^HTTP\/1\.1 [25]/);
    expect(answer).not.toContain('root:');
    expect((await server.inject('/health/live')).statusCode).toBe(200);
  });
});
