import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openClinic, type Clinic } from '../clinic.ts';

const MIB = 1_048_576;
const PLAIN = Buffer.from('Jane Doe, Canarywood Lane 7, hemoglobin 13.2 g/dL\n');

let clinic: Clinic;
let doctor: string;
let colleague: string;
let far: string;
let self: string;
let id: string;

beforeAll(async () => {
  clinic = await openClinic();
  doctor = await clinic.staff('doctor@example.org', 'DOCTOR');
  colleague = await clinic.staff('colleague@example.org', 'DOCTOR');
  far = await clinic.staff('far@example.org', 'DOCTOR', clinic.organizations[1]);
  self = await clinic.registered('self@example.org');
});

afterAll(() => clinic.close());

beforeEach(async () => {
  id = await clinic.patient(doctor);
  await clinic.owner.query('update patients set user_id = null where user_id is not null');
  await clinic.as(doctor, 'POST', `/v1/patients/${id}/account`, { email: 'self@example.org' });
});

interface Sent {
  readonly token?: string;
  readonly patient?: string;
  readonly headers?: Record<string, string>;
}

async function upload(
  payload: Buffer,
  { token = doctor, patient = id, headers = {} }: Sent = {},
): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await clinic.platform.server.inject({
    method: 'POST',
    url: `/v1/patients/${patient}/files`,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/pdf', ...headers },
    payload,
  });
  return { status: answer.statusCode, body: answer.json() };
}

async function added(payload: Buffer, sent: Sent = {}): Promise<string> {
  const { status, body } = await upload(payload, sent);
  expect(status, JSON.stringify(body)).toBe(201);
  return String(body['id']);
}

const content = (token: string, fileId: string, patient = id) =>
  clinic.platform.server.inject({
    url: `/v1/patients/${patient}/files/${fileId}/content`,
    headers: { authorization: `Bearer ${token}` },
  });

const read = (token: string, fileId: string) =>
  clinic.as(token, 'GET', `/v1/patients/${id}/files/${fileId}`);

async function idsOf(token: string, query = ''): Promise<unknown[]> {
  const { body } = await clinic.as(token, 'GET', `/v1/patients/${id}/files${query}`);
  return (body['items'] as { id: string }[]).map((item) => item.id);
}

/** Every file of the store, by its path in it. */
async function stored(): Promise<string[]> {
  const entries = await readdir(clinic.platform.fileFolder, {
    recursive: true,
    withFileTypes: true,
  });
  return entries
    .filter((entry) => entry.isFile() && entry.name !== 'store.json')
    .map((entry) => join(entry.parentPath, entry.name));
}

const pathOf = async (fileId: string) =>
  (await stored()).find((path) => path.endsWith(fileId)) ?? '';

describe('a file', () => {
  it('comes back as it was sent, with its name and type, and says who did what', async () => {
    const headers = {
      'content-type': 'Application/PDF; version=1.7',
      'content-disposition': "attachment; filename*=UTF-8''..%2FBefund%20%C3%84%22%201.pdf",
    };
    const { status, body } = await upload(PLAIN, { headers });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      ...{ fileName: 'Befund Ä" 1.pdf', mimeType: 'application/pdf', byteSize: PLAIN.length },
      ...{ status: 'ENCRYPTED', scanStatus: 'PENDING', patientId: id },
      uploadedById: await clinic.userId('doctor@example.org'),
    });
    const fileId = String(body['id']);
    expect((await read(doctor, fileId)).body).toEqual(body);
    const answer = await content(doctor, fileId);
    expect(answer.statusCode).toBe(200);
    expect(answer.rawPayload.equals(PLAIN)).toBe(true);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/pdf',
      'content-length': String(PLAIN.length),
      'content-disposition': 'attachment; filename="Befund Ä\\" 1.pdf"',
      'content-security-policy': "sandbox; default-src 'none'",
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    const { rows } = await clinic.owner.query<{ act: string }>(
      `select action || ' ' || outcome::text as act from audit_logs
       where patient_id = $1 and resource_id = $2 order by id`,
      [id, fileId],
    );
    expect(rows.map(({ act }) => act)).toEqual(['C 0', 'R 0', 'R 0']);
  });

  it.each([0, 1, 65_535, 65_536, 65_537, 3 * MIB + 7])('may have %i bytes', async (size) => {
    const bytes = randomBytes(size);
    const answer = await content(doctor, await added(bytes));
    expect(answer.rawPayload.equals(bytes)).toBe(true);
  });

  it('lies encrypted in the store, each under a key of its own', async () => {
    const [one, two] = [await pathOf(await added(PLAIN)), await pathOf(await added(PLAIN))];
    const [first, second] = [await readFile(one), await readFile(two)];
    for (const bytes of [first, second]) expect(bytes.includes('Canarywood')).toBe(false);
    expect(first.equals(second)).toBe(false);
    expect((await stat(one)).mode & 0o777).toBe(0o600);
    const { rows } = await clinic.owner.query(
      `select from secure_files a join secure_files b using (hmac_plain)
       where a.patient_id = $1 and a.id < b.id and a.wrapped_data_key <> b.wrapped_data_key`,
      [id],
    );
    expect(rows).toHaveLength(1);
  });

  it('is seen by who brought it, and by others once a document names it', async () => {
    const fileId = await added(PLAIN, { token: self });
    expect(await idsOf(self)).toEqual([fileId]);
    expect(await idsOf(doctor)).toEqual([]);
    expect((await content(doctor, fileId)).statusCode).toBe(404);
    const document = { type: 'LAB_REPORT', secureFileId: fileId };
    const named = await clinic.as(self, 'POST', `/v1/patients/${id}/documents`, document);
    expect(named.status, JSON.stringify(named.body)).toBe(201);
    expect(await idsOf(doctor)).toEqual([fileId]);
    expect((await content(doctor, fileId)).rawPayload.equals(PLAIN)).toBe(true);
    for (const token of [colleague, far]) {
      expect((await content(token, fileId)).statusCode).toBe(404);
    }
  });

  it('is not taken from who may not write in the record', async () => {
    const before = (await stored()).length;
    expect((await upload(PLAIN, { token: far })).status).toBe(404);
    expect((await upload(PLAIN, { token: colleague })).status).toBe(404);
    const other = await clinic.patient(doctor);
    expect((await upload(PLAIN, { token: self, patient: other })).status).toBe(404);
    expect(await stored()).toHaveLength(before);
  });

  it('belongs to its record, and is reached through no other', async () => {
    const fileId = await added(PLAIN);
    const other = await clinic.patient(doctor);
    expect((await content(doctor, fileId, other)).statusCode).toBe(404);
  });

  it('lists page by page, newest first', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 3; n += 1) ids.unshift(await added(PLAIN));
    const first = await clinic.as(doctor, 'GET', `/v1/patients/${id}/files?limit=2`);
    const rest = await idsOf(doctor, `?limit=2&after=${String(first.body['next'])}`);
    expect([...(first.body['items'] as { id: string }[]).map((file) => file.id), ...rest]).toEqual(
      ids,
    );
  });
});

describe('a file is refused, and nothing of it stays', () => {
  let before: number;
  beforeEach(async () => {
    before = (await stored()).length;
  });

  const nothingStays = async () => {
    expect(await stored()).toHaveLength(before);
    expect(await idsOf(doctor)).toEqual([]);
  };

  it.each([
    ['a form', { 'content-type': 'multipart/form-data; boundary=x' }, 415],
    ['what curl sends by itself', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['a coding', { 'content-encoding': 'gzip' }, 415],
    ['no type', { 'content-type': 'pdf' }, 415],
    ['a type that is none', { 'content-type': 'text/<script>' }, 415],
    ['a name that cannot be read', { 'content-disposition': 'attachment; filename=' }, 400],
    ['an empty name', { 'content-disposition': 'attachment; filename="a/"' }, 400],
    ['a long name', { 'content-disposition': `attachment; filename="${'x'.repeat(256)}"` }, 400],
  ])('%s', async (_what, headers, status) => {
    const answer = await upload(PLAIN, { headers: headers });
    expect(answer.status, JSON.stringify(answer.body)).toBe(status);
    await nothingStays();
  });

  it('where it is said to be too large, before its bytes come', async () => {
    const { port } = await listen();
    const answer = await raw(port, doctor, `content-length: ${100 * MIB + 1}`, []);
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    expect(answer).toContain('CLINICAL.FILE_TOO_LARGE');
    await nothingStays();
  });

  it('where it turns out to be too large', { tags: 'slow', timeout: 60_000 }, async () => {
    const { port } = await listen();
    const chunk = Buffer.concat([
      Buffer.from('100000\r\n'),
      Buffer.alloc(MIB),
      Buffer.from('\r\n'),
    ]);
    const chunks = Array.from({ length: 102 }, () => chunk);
    const answer = await raw(port, doctor, 'transfer-encoding: chunked', [
      ...chunks,
      Buffer.from('0\r\n\r\n'),
    ]);
    expect(answer).toMatch(/^HTTP\/1.1 413 /);
    await nothingStays();
  });

  it('where the record has no room for it', async () => {
    await clinic.owner.query(
      `insert into patient_repositories (id, patient_id, quota_bytes, storage_prefix, encryption_key_id, updated_at)
       select uuid_v7(), $1::uuid, 100, 'store:' || $1, id, now() from encryption_keys where alias = 'data'`,
      [id],
    );
    await added(Buffer.alloc(60));
    before += 1;
    const answer = await upload(Buffer.alloc(60));
    expect(answer.status).toBe(409);
    expect(answer.body['code']).toBe('CLINICAL.FILE_QUOTA_EXCEEDED');
    expect(await stored()).toHaveLength(before);
  });

  it('where the connection ends before it does', async () => {
    const { port } = await listen();
    const socket = connect(port, '127.0.0.1');
    socket.write(
      `POST /v1/patients/${id}/files HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${doctor}\r\n` +
        `content-type: text/plain\r\ncontent-length: ${MIB}\r\n\r\n`,
    );
    socket.write(Buffer.alloc(200_000));
    while ((await stored()).length === before) await wait(10);
    socket.destroy();
    while ((await stored()).length > before) await wait(10);
    await nothingStays();
  });

  it('where its audit row cannot be written', async () => {
    await clinic.owner.query('revoke insert on audit_logs from test_app');
    const { status } = await upload(PLAIN);
    await clinic.owner.query('grant insert on audit_logs to test_app');
    expect(status).toBe(500);
    await nothingStays();
  });

  it('where the folder belongs to another database', async () => {
    const mark = join(clinic.platform.fileFolder, 'store.json');
    await added(PLAIN);
    const other = await openClinic();
    try {
      const doctorThere = await other.staff('doctor@example.org', 'DOCTOR');
      const patient = await other.patient(doctorThere);
      await writeFile(join(other.platform.fileFolder, 'store.json'), await readFile(mark));
      const answer = await other.platform.server.inject({
        method: 'POST',
        url: `/v1/patients/${patient}/files`,
        headers: { authorization: `Bearer ${doctorThere}`, 'content-type': 'text/plain' },
        payload: PLAIN,
      });
      expect(answer.statusCode).toBe(503);
      expect(answer.json<{ code: string }>().code).toBe('CLINICAL.FILE_STORE_UNAVAILABLE');
      expect(answer.body).not.toContain(other.platform.fileFolder);
    } finally {
      await other.close();
    }
  });
});

describe('the content of a file is not given out', () => {
  it('where one byte of it was changed, from there on', async () => {
    const fileId = await added(randomBytes(3 * 65_536));
    const path = await pathOf(fileId);
    const bytes = await readFile(path);
    bytes[10] = (bytes[10] ?? 0) ^ 1;
    await writeFile(path, bytes);
    const answer = await content(doctor, fileId);
    expect(answer.statusCode).toBe(503);
    expect(answer.json<{ code: string }>().code).toBe('DATABASE.CONTENT_REFUSED');
    bytes[10] ^= 1;
    bytes[2 * 65_536 + 100] = (bytes[2 * 65_536 + 100] ?? 0) ^ 1;
    await writeFile(path, bytes);
    const { port } = await listen();
    const url = `http://127.0.0.1:${port}/v1/patients/${id}/files/${fileId}/content`;
    const cut = await fetch(url, { headers: { authorization: `Bearer ${doctor}` } });
    await expect(cut.arrayBuffer()).rejects.toThrow();
  });

  it('where it is another file, shorter, or gone', async () => {
    const [one, two] = [await added(PLAIN), await added(PLAIN)];
    await writeFile(await pathOf(one), await readFile(await pathOf(two)));
    expect((await content(doctor, one)).statusCode).toBe(503);
    await truncate(await pathOf(two), 20);
    const short = await content(doctor, two);
    expect(short.json<{ code: string }>().code).toBe('CLINICAL.FILE_BYTES_MISSING');
    await rm(await pathOf(two));
    expect((await content(doctor, two)).statusCode).toBe(503);
  });

  it.each([
    "status = 'QUARANTINED', scan_status = 'INFECTED'",
    "status = 'FAILED'",
    "status = 'DESTROYED', destroyed_at = now(), wrapped_data_key = null",
  ])('with %s', async (change) => {
    const fileId = await added(PLAIN);
    await clinic.owner.query(`update secure_files set ${change} where id = $1`, [fileId]);
    const answer = await content(doctor, fileId);
    expect(answer.statusCode, answer.body).toBe(409);
    expect(answer.json<{ code: string }>().code).toBe('CLINICAL.FILE_CLOSED');
  });
});

let listening: Promise<AddressInfo> | undefined;

function listen(): Promise<AddressInfo> {
  const { server } = clinic.platform;
  listening ??= server
    .listen({ port: 0, host: '127.0.0.1' })
    .then(() => server.server.address() as AddressInfo);
  return listening;
}

/** Sends a request as bytes, and answers all that comes back. */
async function raw(
  port: number,
  token: string,
  header: string,
  chunks: readonly Buffer[],
): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (data) => (answer += data.toString('latin1')));
  socket.on('error', () => undefined);
  socket.write(
    `POST /v1/patients/${id}/files HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n` +
      `content-type: text/plain\r\nconnection: close\r\n${header}\r\n\r\n`,
  );
  const closed = once(socket, 'close');
  for (const chunk of chunks) {
    if (!socket.write(chunk)) await Promise.race([closed, once(socket, 'drain')]);
  }
  while (!answer.includes('requestId')) await wait(10);
  socket.destroy();
  return answer;
}
