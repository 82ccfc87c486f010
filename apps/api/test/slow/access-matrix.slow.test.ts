/** @module-tag slow */
import { recordKinds } from '@holovitals/clinical';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMatrixClinic, type MatrixClinic } from '../access-matrix/callers.ts';
import { readMatrix } from '../access-matrix/read-matrix.ts';
import { listRequests, REQUESTS } from '../access-matrix/requests.ts';

const lists = recordKinds.map(({ list }) => list);
const tables = readMatrix(lists);
const requests = {
  ...REQUESTS,
  ...Object.assign({}, ...lists.map(listRequests)),
} as typeof REQUESTS;
const rows = tables.flatMap(({ callers, rows }) =>
  [...rows].map(([route, cells]) => ({ route, callers, cells })),
);

let clinic: MatrixClinic;

beforeAll(async () => {
  clinic = await openMatrixClinic();
});

afterAll(() => clinic.close());

/** Sends what a row asks for as one caller; answers the cell as it should stand in the table. */
async function ask(route: string, name: string): Promise<string> {
  const caller = clinic.callers.get(name);
  if (caller === undefined) throw new Error(`There is no caller "${name}".`);
  const [method = '', template = ''] = route.split(' ');
  const {
    path = {},
    query = '',
    body,
    headers = {},
    undo,
    token = caller.token,
  } = (await requests[route]?.(clinic, caller, name)) ?? {};
  const filled = template.replaceAll(
    /\{(\w+)\}/g,
    (_all, key: string) => path[key] ?? caller.patientId,
  );
  const answer = await clinic.platform.server.inject({
    method: method as 'GET',
    url: `${filled}${query}`,
    headers: {
      ...caller.headers,
      ...headers,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { payload: body }),
  });
  const isDone = answer.statusCode < 300;
  await undo?.(isDone);
  if (!isDone) expect(answer.body).not.toMatch(/matrixcanary/i);
  return isDone ? 'yes' : String(answer.statusCode);
}

describe('the access matrix', () => {
  it('names no caller who is not there', () => {
    expect(
      tables.flatMap(({ callers }) => callers).filter((name) => !clinic.callers.has(name)),
    ).toEqual([]);
  });

  it.each(rows)('$route', async ({ route, callers, cells }) => {
    const answers = await Promise.all(callers.map((name) => ask(route, name)));
    expect(Object.fromEntries(callers.map((name, n) => [name, answers[n]]))).toEqual(
      Object.fromEntries(callers.map((name, n) => [name, cells[n]])),
    );
  });
});
