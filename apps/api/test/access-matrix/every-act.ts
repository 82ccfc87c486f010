import { describe, expect, it } from 'vitest';
import type { MatrixCaller, MatrixClinic } from './callers.ts';
import { readMatrix } from './read-matrix.ts';
import { listRequests, REQUESTS, type MatrixRequest } from './requests.ts';

const AT_ONCE = 8;
/** Of the callers of each table, the one who may do the most. */
const ABLE = ['owner treats, proof', 'owner, proof'] as const;
/** What is counted of every request, whatever becomes of it. */
const COUNTERS = ['last_seen_at', 'idle_expires_at', 'last_used_at', 'uses_reserved', 'updated_at'];

/** A route of the tables, and who calls it. */
interface Act {
  readonly route: string;
  readonly name: string;
}

/** The acts of the document that somebody may do, for these lists of the record. */
function actsOf(lists: readonly string[]): Act[] {
  return readMatrix(lists).flatMap(({ callers, rows }, n) => {
    const name = ABLE[n] ?? ABLE[0];
    return [...rows]
      .filter(([, cells]) => cells[callers.indexOf(name)] === 'yes')
      .map(([route]) => ({ route, name }));
  });
}

/** Every act, for these lists of the record: without its audit row it does not happen. */
export function describeUnauditedActs(
  clinicOf: () => MatrixClinic,
  lists: readonly string[],
): void {
  describe('an act that cannot be audited', () => {
    it.each(actsOf(lists))('does not happen: $route', async (act) => {
      const clinic = clinicOf();
      const before = await auditRows(clinic);
      const first = await prepare(clinic, act);
      expect((await first.send()).statusCode).toBeLessThan(300);
      await first.undo(true);
      const isAudited = (await auditRows(clinic)) > before;
      if (act.route.includes(' /v1/patients')) expect(isAudited).toBe(true);
      if (!isAudited) return;
      const second = await prepare(clinic, act);
      const sum = await sumOfRows(clinic);
      await clinic.owner.query('revoke insert on audit_logs from test_app');
      const { statusCode, body } = await second.send();
      await clinic.owner.query('grant insert on audit_logs to test_app');
      expect(statusCode).toBe(500);
      expect(body).not.toMatch(/matrixcanary|audit_logs/i);
      expect(await sumOfRows(clinic)).toBe(sum);
      await second.undo(false);
    });
  });
}

/** Every act that changes something, for these lists: of eight at once none breaks. */
export function describeActsAtOnce(clinicOf: () => MatrixClinic, lists: readonly string[]): void {
  describe('an act that is asked for eight times at once', () => {
    it.each(actsOf(lists).filter(({ route }) => !route.startsWith('GET ')))(
      'is done or refused, and never fails: $route',
      async (act) => {
        const { send, undo } = await prepare(clinicOf(), act);
        const answers = await Promise.all(Array.from({ length: AT_ONCE }, send));
        await undo(true);
        const statuses = answers.map(({ statusCode }) => statusCode).sort();
        expect(statuses[0]).toBeLessThan(300);
        expect(answers.filter(({ statusCode }) => statusCode >= 500)).toEqual([]);
      },
    );
  });
}

async function prepare(clinic: MatrixClinic, { route, name }: Act) {
  const caller = clinic.callers.get(name) as MatrixCaller;
  const [, list = ''] = /\{id\}\/([\w-]+)/.exec(route) ?? [];
  const ask = REQUESTS[route] ?? listRequests(list)[route];
  const request: MatrixRequest = (await ask?.(clinic, caller, name)) ?? {};
  const { path = {}, query = '', body, headers = {}, token = caller.token, undo } = request;
  const [method = '', template = ''] = route.split(' ');
  const filled = template.replaceAll(
    /\{(\w+)\}/g,
    (_all, key: string) => path[key] ?? caller.patientId,
  );
  const send = async () =>
    await clinic.platform.server.inject({
      method: method as 'GET',
      url: `${filled}${query}`,
      headers: {
        ...caller.headers,
        ...headers,
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      ...(body !== undefined && { payload: body }),
    });
  return { send, undo: undo ?? (() => Promise.resolve()) };
}

/** The sum of the hashes of every row of every table. */
async function sumOfRows({ owner }: MatrixClinic): Promise<string | undefined> {
  const { rows: tables } = await owner.query<{ name: string }>(
    `select oid::regclass::text as name from pg_class
     where relkind = 'r' and relnamespace = 'public'::regnamespace`,
  );
  const parts = tables.map(
    ({ name }) =>
      `select hashtextextended((to_jsonb(t) - $1::text[])::text, 0) as hash from ${name} t`,
  );
  const { rows } = await owner.query<{ sum: string }>(
    `select sum(hash)::text as sum from (${parts.join(' union all ')}) as hashed`,
    [COUNTERS],
  );
  return rows[0]?.sum;
}

async function auditRows({ owner }: MatrixClinic): Promise<number> {
  const { rows } = await owner.query<{ count: number }>(
    'select count(*)::int as count from audit_logs',
  );
  return rows[0]?.count ?? 0;
}
