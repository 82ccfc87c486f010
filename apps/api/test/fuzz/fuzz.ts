import { Writable } from 'node:stream';
import { vi } from 'vitest';
import { PASSWORD, tokenIn } from '../accounts.ts';
import { makeSibling } from '../access-matrix/twin.ts';
import { openClinic, type Clinic } from '../clinic.ts';
import { createGenerator, type FuzzRequest } from './generate.ts';
import { Harvest } from './harvest.ts';
import { REQUEST_CANARY } from './hostile.ts';
import { faultOf, wireFaultOf } from './judge.ts';
import { operationsOf, type ApiDocument, type Operation } from './operations.ts';
import { randomFrom } from './random.ts';
import { sendWire, writeWire } from './wire.ts';

/** What an answer broke. */
export interface FuzzFault {
  readonly request: string;
  readonly fault: string;
}

/** How much is sent, and which choices are made. */
export interface FuzzPlan {
  /** Requests through the server's own door. */
  readonly injected: number;
  /** Connections that are opened to its port. */
  readonly wired: number;
  readonly seed: number;
}

interface FuzzCaller {
  /** The session that those which are used up are copied from. */
  readonly base: string | undefined;
  readonly patients: string[];
  token: string | undefined;
}

/** A patient whom no caller may see: no answer holds the name. */
const HIDDEN = 'Hiddencanary';
const MOST_FAULTS = 20;
const AT_ONCE = 8;
/** These cost a password hash each: they come less often. */
const SLOW = /\/auth\/(login$|register|verify|password|step)|\/me\/password|invitations\/accept/;

/**
 * Sends generated requests to every operation of the document and tells what was broken: a server's
 * error, a status or a shape that the document does not declare, an undocumented code, an answer that
 * shows the inside or what is another's, a connection that hangs, a line of the log with what was sent.
 */
export async function fuzz({ injected, wired, seed }: FuzzPlan): Promise<FuzzFault[]> {
  let log = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      log += chunk.toString();
      done();
    },
  });
  // What libraries say to the console would stand in the log of a container.
  const consoles = (['log', 'info', 'warn', 'error', 'debug'] as const).map((method) =>
    vi.spyOn(console, method).mockImplementation((...parts: unknown[]) => {
      log += parts.map(String).join(' ');
    }),
  );
  const clinic = await openClinic({ logLevel: 'trace', log: stream });
  try {
    const faults = await fuzzClinic(clinic, injected, wired, seed);
    for (const secret of [REQUEST_CANARY, HIDDEN, 'hvs_', 'hvr_']) {
      const at = log.toLowerCase().indexOf(secret.toLowerCase());
      if (at >= 0) faults.push({ request: 'the log', fault: log.slice(at - 200, at + 100) });
    }
    for (const heard of consoles) {
      for (const parts of heard.mock.calls)
        faults.push({ request: 'the console', fault: String(parts) });
    }
    return faults;
  } finally {
    for (const heard of consoles) heard.mockRestore();
    await clinic.close();
  }
}

async function fuzzClinic(
  clinic: Clinic,
  injected: number,
  wired: number,
  seed: number,
): Promise<FuzzFault[]> {
  const { server } = clinic.platform;
  const random = randomFrom(seed);
  const harvest = new Harvest();
  const document = (await server.inject('/openapi.json')).json<ApiDocument>();
  const generate = createGenerator(document, random, harvest);
  const operations = operationsOf(document);
  const { callers, outsiders } = await openCallers(clinic);
  for (const { base, patients } of callers) await bringFiles(clinic, base, patients, harvest);
  const faults: FuzzFault[] = [];
  const note = (request: string, fault: string | undefined) => {
    if (fault !== undefined) faults.push({ request: request.slice(0, 900), fault });
  };

  const choose = (): { caller: FuzzCaller; request: FuzzRequest } => {
    let operation: Operation;
    do operation = random.pick(operations);
    while (SLOW.test(operation.path) && !random.chance(0.2));
    const caller = random.chance(0.1) ? random.pick(outsiders) : random.pick(callers);
    const known = harvest.placesOf('patients').map(({ id }) => id);
    const patients = random.chance(0.8) ? caller.patients : [...caller.patients, ...known];
    return { caller, request: generate(operation, patients) };
  };

  for (let n = 0; n < injected && faults.length < MOST_FAULTS; n += 1) {
    const { caller, request } = choose();
    const { operation, url, headers, payload } = request;
    const answer = await server.inject({
      method: operation.method as 'GET',
      url,
      headers: {
        ...headers,
        ...(caller.token !== undefined && { authorization: `Bearer ${caller.token}` }),
      },
      ...(payload !== undefined && { payload }),
    });
    const { statusCode: status, body } = answer;
    const type = String(answer.headers['content-type']);
    const told = typeof payload === 'string' ? payload : '';
    note(
      `#${n} ${operation.method} ${url} ${told}`,
      faultOf(operation, { status, type, body }, [HIDDEN]),
    );
    if (status < 300 && type.includes('json')) {
      const { etag } = answer.headers;
      harvest.learn(operation, url, answer.json(), typeof etag === 'string' ? etag : undefined);
    }
    // A session that ended is followed by another of the account.
    const isEnded = operation.path.endsWith('/logout') || body.includes('SESSION_INVALID');
    if (isEnded && caller.base !== undefined) {
      caller.token = await makeSibling(clinic.owner, caller.base);
    }
    if (n % 100 === 99) {
      for (const mail of await clinic.receive()) harvest.keep('token', tokenIn(mail));
    }
  }

  await server.listen({ port: 0, host: '127.0.0.1' });
  const address = server.server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port.');
  for (let n = 0; n < wired && faults.length < MOST_FAULTS; n += AT_ONCE) {
    const batch = Array.from({ length: AT_ONCE }, () => {
      const { caller, request } = choose();
      return { request, wire: writeWire(request, caller.token, random) };
    });
    await Promise.all(
      batch.map(async ({ request: { operation, url, payload }, wire }) => {
        const { trick } = wire;
        const told = `@${n} ${trick}: ${operation.method} ${url} ${typeof payload === 'string' ? payload : ''}`;
        const { answers, isHanging } = await sendWire(address.port, wire);
        if (isHanging) note(told, 'hangs');
        if (trick === 'plain' && answers.length !== 1)
          note(told, `answered ${answers.length} times`);
        for (const answer of answers) {
          const isPlain = trick === 'plain';
          note(
            told,
            isPlain ? faultOf(operation, answer, [HIDDEN]) : wireFaultOf(answer, [HIDDEN]),
          );
        }
      }),
    );
  }
  if ((await server.inject('/health/live')).statusCode !== 200) note('in the end', 'it is dead');
  return faults;
}

/** Brings a file for each of these patients whom the caller may write for. */
async function bringFiles(
  clinic: Clinic,
  token: string | undefined,
  patients: readonly string[],
  harvest: Harvest,
): Promise<void> {
  const headers = { authorization: `Bearer ${token ?? ''}`, 'content-type': 'application/pdf' };
  let brought = 0;
  for (const id of patients) {
    const url = `/v1/patients/${id}/files`;
    const payload = Buffer.from('%PDF-1.7');
    const answer = await clinic.platform.server.inject({ method: 'POST', url, headers, payload });
    if (answer.statusCode !== 201) continue;
    harvest.keep('secureFileId', answer.json<{ id: string }>().id);
    brought += 1;
  }
  if (brought === 0) throw new Error('No file was taken.');
}

/** Nobody, a wrong token, staff of one organisation with their patients, and a person. */
async function openCallers(
  clinic: Clinic,
): Promise<{ readonly callers: FuzzCaller[]; readonly outsiders: FuzzCaller[] }> {
  const doctor = await clinic.staff('doctor@example.org', 'DOCTOR');
  const owner = await clinic.staff('owner@example.org', 'OWNER');
  await clinic.as(owner, 'POST', '/v1/auth/step-up', { password: PASSWORD });
  const person = await clinic.registered('person@example.org');
  const far = await clinic.staff('far@example.org', 'DOCTOR', clinic.organizations[1]);
  const hidden = await clinic.patient(far, { family: HIDDEN, given: HIDDEN });
  for (let n = 0; n < 3; n += 1) await clinic.registered(`fuzz${n}@example.org`);
  const patients = [await clinic.patient(doctor), await clinic.patient(doctor)];
  const owned = [await clinic.patient(owner), await clinic.patient(owner)];
  await clinic.as(doctor, 'POST', `/v1/patients/${patients[0] ?? ''}/account`, {
    email: 'person@example.org',
  });
  const callers: FuzzCaller[] = [];
  for (const [base, own] of [
    [doctor, patients],
    [doctor, [hidden, ...patients]],
    [owner, owned],
    [owner, [hidden, ...owned, ...patients]],
    [person, patients.slice(0, 1)],
    [person, [hidden, ...patients]],
  ] as const) {
    callers.push({ base, patients: [...own], token: await makeSibling(clinic.owner, base) });
  }
  const outsiders = [undefined, 'hvs_wrong'].map((token) => ({
    ...{ base: undefined, token },
    patients: [hidden, ...patients],
  }));
  return { callers, outsiders };
}
