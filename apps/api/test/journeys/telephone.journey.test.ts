import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { deliverMessages, twilioSender } from '@holovitals/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeIn, openAccounts, PASSWORD, type Accounts } from '../accounts.ts';

const SID = `AC${'0'.repeat(32)}`;
const PHONE = '+15550100123';

let accounts: Accounts;
let twilio: Server;
/** What the telephone network got, as Twilio's API takes it. */
const texts: { to: string; body: string }[] = [];

beforeAll(async () => {
  accounts = await openAccounts();
  twilio = createServer((request, response) => {
    let form = '';
    request.setEncoding('utf8').on('data', (part: string) => (form += part));
    request.on('end', () => {
      const fields = new URLSearchParams(form);
      const isKnown = request.headers.authorization === `Basic ${btoa(`${SID}:right`)}`;
      const isPlace = request.url === `/2010-04-01/Accounts/${SID}/Messages.json`;
      const status = !isKnown ? 401 : isPlace ? 201 : 404;
      if (status === 201)
        texts.push({ to: fields.get('To') ?? '', body: fields.get('Body') ?? '' });
      response.writeHead(status, { 'content-type': 'application/json' });
      const refusal = { code: 20003, message: `Authenticate for ${PHONE}`, status };
      response.end(JSON.stringify(status === 201 ? { sid: 'SM1', status: 'queued' } : refusal));
    });
  });
  await new Promise<void>((resolve) => twilio.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  twilio.close();
  await accounts.close();
});

/** Sends what is in the outbox over Twilio's client; answers the last code that was texted. */
async function texted(authToken = 'right'): Promise<string> {
  const { port } = twilio.address() as AddressInfo;
  const settings = { accountSid: SID, authToken, from: '+15550100000' };
  const send = twilioSender({ ...settings, apiUrl: `http://127.0.0.1:${port}` });
  await deliverMessages(accounts.platform.identity, { SMS: send }, 'http://api.example');
  return codeIn(texts.at(-1)?.body);
}

describe('somebody with a telephone', () => {
  it('enrols it, and shows its code at the next log-in', async () => {
    const token = await accounts.registered('phone@example.org');
    const enrol = { phone: PHONE };
    expect((await accounts.post('/v1/me/factors/sms', { phone: '555' }, token)).status).toBe(400);
    expect((await accounts.post('/v1/me/factors/sms', enrol, token)).status).toBe(202);
    const code = await texted();
    expect(texts.at(-1)?.to).toBe(PHONE);
    const wrong = code === '000000' ? '111111' : '000000';
    const confirm = (value: string) =>
      accounts.post('/v1/me/factors/sms/confirm', { code: value }, token);
    expect((await confirm(wrong)).status).toBe(403);
    const confirmed = await confirm(code);
    expect(confirmed.status).toBe(200);
    expect(confirmed.body['recoveryCodes']).toHaveLength(10);
    expect((await confirm(code)).status).toBe(403);

    const login = await accounts.post('/v1/auth/login', {
      email: 'phone@example.org',
      password: PASSWORD,
    });
    expect(login.body['factors']).toContain('SMS');
    const next = String(login.body['token']);
    expect((await accounts.call('GET', '/v1/me/sessions', next)).status).toBe(403);
    expect((await accounts.post('/v1/auth/factor-code', { method: 'EMAIL' }, next)).status).toBe(
      403,
    );
    expect((await accounts.post('/v1/auth/factor-code', { method: 'SMS' }, next)).status).toBe(202);
    const proof = { method: 'SMS', code: await texted() };
    expect((await accounts.post('/v1/auth/login/factor', proof, next)).status).toBe(200);
    expect((await accounts.call('GET', '/v1/me/sessions', next)).status).toBe(200);
    expect((await accounts.post('/v1/auth/login/factor', proof, next)).status).toBe(403);
  });

  it('is texted five codes an hour at most', async () => {
    const token = await accounts.registered('often@example.org');
    const before = texts.length;
    for (let n = 0; n < 8; n += 1) {
      expect((await accounts.post('/v1/me/factors/sms', { phone: PHONE }, token)).status).toBe(202);
    }
    await texted();
    expect(texts.length - before).toBe(5);
  });

  it('is texted later where Twilio refuses, and the outbox keeps the code of the refusal alone', async () => {
    const token = await accounts.registered('refused@example.org');
    await accounts.post('/v1/me/factors/sms', { phone: PHONE }, token);
    await texted('wrong');
    const { rows } = await accounts.owner.query<{
      status: string;
      failure_code: string;
      row: string;
    }>(
      `select n.status, n.failure_code, n::text as row from notifications n
       join users u on u.id = n.user_id where u.email = 'refused@example.org' and n.channel = 'SMS'`,
    );
    expect(rows).toMatchObject([{ status: 'QUEUED', failure_code: 'TWILIO_20003' }]);
    expect(rows[0]?.row).not.toContain(PHONE);
  });
});
