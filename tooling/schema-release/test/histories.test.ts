import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { compareSchemas } from '../src/compare-schemas.ts';
import { readSchema } from '../src/read-schema.ts';
import { openWorkspace } from './open-workspace.ts';
import { readCases } from './read-cases.ts';

const page = readFileSync(path.join(import.meta.dirname, '../docs/histories.md'), 'utf8');
const cases = readCases('histories.txt').map((each) => {
  const [what = '', hand = ''] = each.title.split(' | ');
  return { ...each, what, hand };
});

/** What the tool says otherwise than the hand, as the page has it: `| what | hand | tool | why |`. */
const differences = new Map(
  [...page.matchAll(/^\| (.+?)\s*\| (\w+ \w+)\s*\| (\w+ \w+)\s*\|/gm)].map(
    ([, what = '', , tool = '']) => [what, tool],
  ),
);

const workspace = openWorkspace({ goods: [] });
afterAll(() => workspace.remove());

describe('a change of a public history', () => {
  it.each(cases)('$what', async ({ what, hand, before, after }) => {
    workspace.fragment('goods', before);
    const older = await readSchema(workspace.root);
    workspace.fragment('goods', after);
    const { whole, rollout } = compareSchemas(older, await readSchema(workspace.root));
    expect(`${whole} ${rollout}`).toBe(differences.get(what) ?? hand);
  });

  it('is counted as the page says', () => {
    const agree = cases.length - differences.size;
    expect(page).toContain(`Of ${cases.length} changes the tool judges ${agree} as the hand did`);
    const names = cases.map(({ what }) => what);
    expect([...differences.keys()].filter((what) => !names.includes(what))).toEqual([]);
  });
});
