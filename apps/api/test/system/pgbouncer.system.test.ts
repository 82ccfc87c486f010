import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { startPgBouncer, type PgBouncer } from '@holovitals/postgres/testing';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openClinic, type Clinic } from '../clinic.ts';

const program = path.join(import.meta.dirname, '../../dist/main.js');
/** Fewer than the clients that want them, so that each is lent to all. */
const BACKENDS = 2;

interface Api {
  readonly process: ChildProcess;
  readonly url: string;
}

interface Caller {
  readonly token: string;
  /** The patient that this one may see. */
  readonly patient: string;
  readonly family: string;
}

let clinic: Clinic;
let callers: Caller[];
let stranger: string;
let pooler: PgBouncer | undefined;
const running: ChildProcess[] = [];

beforeAll(async () => {
  clinic = await openClinic();
  stranger = await clinic.registered('stranger@example.org');
  const [north, south] = clinic.organizations;
  callers = [];
  for (const [email, organization] of [
    ['north@example.org', north],
    ['south@example.org', south],
  ] as const) {
    const token = await clinic.staff(email, 'DOCTOR', organization);
    const family = `Family ${email}`;
    callers.push({ token, family, patient: await clinic.patient(token, { family }) });
  }
});

afterEach(async () => {
  for (const api of running.splice(0)) {
    if (api.exitCode === null && api.signalCode === null) {
      api.kill('SIGKILL');
      await once(api, 'close');
    }
  }
  await pooler?.stop();
  pooler = undefined;
});

afterAll(() => clinic.close());

async function pool(mode: 'session' | 'transaction', poolSize: number): Promise<string> {
  const { appUrl } = clinic.platform.database;
  pooler = await startPgBouncer({ mode, poolSize, urls: [appUrl] });
  return pooler.through(appUrl);
}

/** Starts the API as an operator does; answers when it says where it is. */
async function serve(databaseUrl: string, setting: Record<string, string>): Promise<Api> {
  const child = spawn(process.execPath, [program], {
    env: {
      ...clinic.platform.keys,
      ...{ APP_DATABASE_URL: databaseUrl, PORT: '0', LOG_LEVEL: 'error', NODE_ENV: 'production' },
      ...{ RATE_LIMIT: '0', ...setting },
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.push(child);
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { process: child, url };
}

async function get(api: Api, url: string, token?: string) {
  const answer = await fetch(`${api.url}${url}`, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });
  return { status: answer.status, body: await answer.text() };
}

/** Everybody asks for everybody's patient at once, and whether the API is ready, again and again. */
async function askAll(api: Api, rounds: number): Promise<void> {
  const asked = Array.from({ length: rounds }, () => [
    get(api, '/health/ready').then(({ status }) => expect(status).toBe(200)),
    ...callers.flatMap(({ patient, family, token }) => [
      get(api, `/v1/patients/${patient}/summary`, token).then(({ status, body }) => {
        expect(status).toBe(200);
        expect(body).toContain(family);
      }),
      ...[
        stranger,
        ...callers.map((caller) => caller.token).filter((other) => other !== token),
      ].map((other) =>
        get(api, `/v1/patients/${patient}`, other).then(({ status, body }) => {
          expect([403, 404]).toContain(status);
          expect(body).not.toContain(family);
        }),
      ),
      get(api, `/v1/patients/${patient}`).then(({ status }) => expect(status).toBe(401)),
    ]),
  ]).flat();
  await Promise.all(asked);
}

/** What the API left on each backend that the pooler lends, as the next client finds it. */
async function leftOnBackends(pooled: string) {
  const clients = Array.from({ length: BACKENDS }, () => new pg.Client(pooled));
  try {
    const found = [];
    for (const client of clients) {
      await client.connect();
      // Held open, so that the next client is lent another backend.
      await client.query('begin');
      const { rows } = await client.query<Left>(
        `select pg_backend_pid() as backend,
                current_setting('row_security') || ' ' || current_setting('search_path') as settings,
                (select count(*)::int from patients) as visible,
                array(select current_setting('holovitals.' || name, true) from unnest(array[
                  'user_id', 'api_key_id', 'session_id', 'organization_id', 'agent_system',
                  'purpose_of_use', 'ip', 'mfa', 'step_up', 'granted']) name) as identity`,
      );
      found.push(...rows);
    }
    expect(new Set(found.map(({ backend }) => backend)).size).toBe(BACKENDS);
    return found;
  } finally {
    for (const client of clients) await client.end();
  }
}

interface Left {
  readonly backend: number;
  readonly settings: string;
  readonly visible: number;
  readonly identity: (string | null)[];
}

async function expectNothingLeft(pooled: string): Promise<void> {
  for (const { identity, visible, settings } of await leftOnBackends(pooled)) {
    expect(identity.filter((value) => value !== null && value !== '')).toEqual([]);
    expect(visible).toBe(0);
    expect(settings).toBe('on "$user", public');
  }
}

describe('PgBouncer in transaction mode, with DATABASE_POOLER=transaction', () => {
  it('lends few backends to many callers, and each sees what is theirs', async () => {
    const pooled = await pool('transaction', BACKENDS);
    const api = await serve(pooled, { DATABASE_POOLER: 'transaction' });
    await askAll(api, 25);
    await expectNothingLeft(pooled);
  });

  it('lends a backend to others without the identity that was set on it', async () => {
    const pooled = await pool('transaction', BACKENDS);
    const api = await serve(pooled, { DATABASE_POOLER: 'transaction' });
    let isAsking = true;
    const ask = async () => {
      while (isAsking) await askAll(api, 2);
    };
    const look = async () => {
      try {
        for (let round = 0; round < 20; round += 1) await expectNothingLeft(pooled);
      } finally {
        isAsking = false;
      }
    };
    await Promise.all([ask(), look()]);
  });

  it('keeps nothing of an API that is killed at work', async () => {
    const pooled = await pool('transaction', BACKENDS);
    const api = await serve(pooled, { DATABASE_POOLER: 'transaction' });
    await askAll(api, 1);
    const asking = askAll(api, 25).catch(() => undefined);
    await get(api, `/v1/patients/${callers[0]?.patient ?? ''}`, callers[0]?.token);
    api.process.kill('SIGKILL');
    await asking;
    await expectNothingLeft(pooled);
    await askAll(await serve(pooled, { DATABASE_POOLER: 'transaction' }), 2);
  });
});

describe('PgBouncer in session mode', () => {
  it('takes statements that are prepared by name', async () => {
    const pooled = await pool('session', 20);
    await askAll(await serve(pooled, {}), 10);
  });
});
