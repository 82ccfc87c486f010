import { readFileSync } from 'node:fs';
import { recordKinds } from '@holovitals/clinical';
import { expect, it } from 'vitest';
import { readMatrix } from './read-matrix.ts';

it('the access matrix has one row for each route of the document', () => {
  const document = readFileSync(new URL('../../openapi.json', import.meta.url), 'utf8');
  const { paths } = JSON.parse(document) as { paths: Record<string, object> };
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const tables = readMatrix(recordKinds.map(({ list }) => list));
  const [ofPatients, ofOthers, ofConsents] = tables.map((table) => [...table.rows.keys()].sort());
  expect([...(ofPatients ?? []), ...(ofOthers ?? [])].sort()).toEqual(routes.sort());
  expect(ofConsents).toEqual(ofPatients);
});
