import { recordKinds } from '@holovitals/clinical';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openMatrixClinic, type MatrixClinic } from './callers.ts';
import { readMatrix } from './read-matrix.ts';
import { listRequests, REQUESTS } from './requests.ts';

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
    headers: { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    ...(body !== undefined && { payload: body }),
  });
  const isDone = answer.statusCode < 300;
  await undo?.(isDone);
  if (!isDone) expect(answer.body).not.toMatch(/matrixcanary/i);
  return isDone ? 'yes' : String(answer.statusCode);
}

/** All lists of a record have the same routes: a quick run looks at those of one. */
function isOfAnotherList(route: string): boolean {
  return lists.slice(1).some((list) => route.split('/').includes(list));
}

async function isAsTheTableSays({ route, callers, cells }: (typeof rows)[number]): Promise<void> {
  const answers = await Promise.all(callers.map((name) => ask(route, name)));
  expect(Object.fromEntries(callers.map((name, n) => [name, answers[n]]))).toEqual(
    Object.fromEntries(callers.map((name, n) => [name, cells[n]])),
  );
}

describe('the access matrix', () => {
  it('has one row for each route of the document', async () => {
    const { paths } = (await clinic.call('GET', '/openapi.json')).body as {
      paths: Record<string, object>;
    };
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(rows.map(({ route }) => route).sort()).toEqual(routes.sort());
    expect(
      tables.flatMap(({ callers }) => callers).filter((name) => !clinic.callers.has(name)),
    ).toEqual([]);
  });

  it.each(rows.filter(({ route }) => !isOfAnotherList(route)))('$route', isAsTheTableSays);

  it.each(rows.filter(({ route }) => isOfAnotherList(route)))(
    '$route',
    { tags: 'slow' },
    isAsTheTableSays,
  );
});
