import { afterAll, describe, expect, it } from 'vitest';
import { compareSchemas } from '../src/compare-schemas.ts';
import { readSchema } from '../src/read-schema.ts';
import { RULES } from '../src/rules.ts';
import { openWorkspace } from './open-workspace.ts';
import { readCases } from './read-cases.ts';

/** Told by models in two domains, elsewhere. */
const OF_TWO_DOMAINS = ['MODEL_MOVED_AWAY', 'MODEL_MOVED_HERE'];

const cases = readCases('rules.txt').map((each) => ({
  ...each,
  codes: each.title.match(/\b[A-Z]+(?:_[A-Z]+)+\b|\bDEPRECATED\b/g) ?? [],
}));

const workspace = openWorkspace({ goods: [] });
afterAll(() => workspace.remove());

describe('each kind of change', () => {
  it.each(cases)('$title', async ({ codes, before, after }) => {
    workspace.fragment('goods', before);
    const older = await readSchema(workspace.root);
    workspace.fragment('goods', after);
    const { packages } = compareSchemas(older, await readSchema(workspace.root));
    const changes = packages.flatMap((each) => each.changes);
    expect(changes.map(({ rule }) => rule).sort()).toEqual([...codes].sort());
    // The other way there is a change as well, or none.
    const back = compareSchemas(await readSchema(workspace.root), older);
    expect(back.packages.length).toBe(packages.length);
  });

  it('has a case', () => {
    const told = new Set([...cases.flatMap(({ codes }) => codes), ...OF_TWO_DOMAINS]);
    expect(Object.keys(RULES).filter((code) => !told.has(code))).toEqual([]);
  });
});
