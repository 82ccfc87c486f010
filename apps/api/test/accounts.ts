import { deliverMessages, smtpSender } from '@holovitals/identity';
import { Secret, TOTP } from 'otpauth';
import pg from 'pg';
import { SMTPServer } from 'smtp-server';
import type { ServerOptions } from '../src/build-server.ts';
import { openTestPlatform, type TestPlatform } from './test-platform.ts';

/** A password that the default policy takes. */
export const PASSWORD = 'Correct-Horse-7-Battery';

type Body = Record<string, unknown>;

interface Answer {
  readonly status: number;
  readonly body: Body;
}

/** The API, its database, and a mail server that keeps what it is sent. */
export interface Accounts {
  readonly platform: TestPlatform;
  /** The owner of the tables. */
  readonly owner: pg.Client;
  /** Every mail that arrived. */
  readonly mails: readonly string[];
  call(
    method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE',
    url: string,
    token?: string,
    body?: object,
  ): Promise<Answer>;
  post(url: string, body: object, token?: string): Promise<Answer>;
  /** Sends what is in the outbox over SMTP; answers the mails that arrived, soft line breaks undone. */
  receive(): Promise<string[]>;
  /** Registers a person and logs them in; answers the session's token. */
  registered(email: string): Promise<string>;
  /** Answers the token of a new session. */
  loggedIn(email: string, password?: string): Promise<string>;
  /** Event types and outcomes that the audit trail holds of a person. */
  auditOf(email: string): Promise<string[]>;
  close(): Promise<void>;
}

/** Serves the API, with a real SMTP server on loopback. */
export async function openAccounts(options: Partial<ServerOptions> = {}): Promise<Accounts> {
  const platform = await openTestPlatform({}, options);
  const owner = new pg.Client({ connectionString: platform.database.url });
  await owner.connect();
  const mails: string[] = [];
  const smtp = await openMailServer(mails);

  const call: Accounts['call'] = async (method, url, token, body) => {
    const answer = await platform.server.inject({
      method,
      url,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      ...(body !== undefined && { payload: body }),
    });
    return { status: answer.statusCode, body: answer.json<Body>() };
  };
  const post: Accounts['post'] = (url, body, token) => call('POST', url, token, body);
  const receive = async () => {
    const before = mails.length;
    const from = 'HoloVitals <no-reply@example.org>';
    const send = smtpSender({ host: '127.0.0.1', port: smtp.port, from, requireTls: false });
    await deliverMessages(platform.identity, { EMAIL: send }, 'http://api.example');
    return mails.slice(before);
  };
  const loggedIn = async (email: string, password = PASSWORD) =>
    String((await post('/v1/auth/login', { email, password })).body['token']);
  return {
    ...{ platform, owner, mails, call, post, receive, loggedIn },
    async registered(email) {
      await post('/v1/auth/register', { email, password: PASSWORD });
      const mail = (await receive()).find((text) => text.includes(`To: ${email}`));
      await post('/v1/auth/verify-email', { token: tokenIn(mail), password: PASSWORD });
      return await loggedIn(email);
    },
    async auditOf(email) {
      const { rows } = await owner.query<{ event: string }>(
        `select event_type || ' ' || outcome as event from audit_logs
         join users on users.id = user_id where email = $1 order by audit_logs.id`,
        [email],
      );
      return rows.map(({ event }) => event);
    },
    async close() {
      await smtp.close();
      await owner.end();
      await platform.close();
    },
  };
}

/** The token that a mail holds; empty where it holds none. */
export function tokenIn(mail = ''): string {
  return /hvc_[\w-]{43}/.exec(mail)?.[0] ?? '';
}

/** The short code that a mail holds; empty where it holds none. */
export function codeIn(mail = ''): string {
  return /Your code is (\d{6})/.exec(mail)?.[1] ?? '';
}

/** What an authenticator app shows. */
export function totp(secret: string, at: Date): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at.getTime() });
}

async function openMailServer(mails: string[]) {
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, _session, done) {
      let text = '';
      stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      stream.on('end', () => {
        mails.push(text.replaceAll(/=\r\n/g, '').replaceAll('=3D', '='));
        done();
      });
    },
  });
  const port = await new Promise<number>((resolve) => {
    const listening = server.listen(0, '127.0.0.1', () => {
      resolve((listening.address() as { port: number }).port);
    });
  });
  return { port, close: () => new Promise<void>((resolve) => server.close(resolve)) };
}
