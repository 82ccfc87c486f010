import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { codeOwnersText, readWorkspacePackages } from '../src/index.ts';
import { openWorkspace, type TestWorkspace } from './open-workspace.ts';

const program = path.join(import.meta.dirname, '../bin/schema-release.mjs');

let workspace: TestWorkspace;

beforeEach(() => {
  workspace = openWorkspace({ goods: [], orders: ['goods'] });
});

afterEach(() => workspace.remove());

function own(directory: string, codeOwners: unknown) {
  const file = path.posix.join(directory, 'package.json');
  const json = JSON.parse(readFileSync(path.join(workspace.root, file), 'utf8')) as object;
  workspace.write(file, JSON.stringify({ ...json, codeOwners }));
}

function text() {
  return codeOwnersText(readWorkspacePackages(workspace.root));
}

function run(...args: string[]): number {
  try {
    execFileSync(process.execPath, [program, ...args], { cwd: workspace.root, stdio: 'pipe' });
    return 0;
  } catch (error) {
    return (error as { status: number }).status;
  }
}

describe('CODEOWNERS', () => {
  it("names the root's owners for all, and a package's own after them", () => {
    own('', ['@shop/platform']);
    own('packages/goods', ['@shop/goods', 'goods@example.org']);
    expect(text().split('\n').slice(1)).toEqual([
      '*                @shop/platform',
      '/packages/goods/ @shop/goods goods@example.org',
      '',
    ]);
  });

  it('escapes what a pattern would read otherwise', () => {
    workspace.write('packages/a b#[c]/package.json', '{ "name": "odd", "codeOwners": ["@odd"] }');
    expect(text()).toContain('/packages/a\\ b\\#\\[c\\]/ @odd');
  });

  it.each([['@shop/goods'], [['shop goods']], [['@a/b/c']], [[7]], [['@x\n* @y']]])(
    'refuses %j as owners',
    (owners) => {
      own('packages/goods', owners);
      expect(text).toThrow(
        expect.objectContaining({
          code: 'RELEASE.OWNERS_INVALID',
          details: { file: 'packages/goods/package.json' },
        }),
      );
    },
  );

  it('is out of date until it is written, and again after an owner changes', () => {
    own('', ['@shop/platform']);
    expect(run('codeowners', '--check')).toBe(3);
    expect(run('codeowners', '--write')).toBe(0);
    expect(run('codeowners', '--check')).toBe(0);
    own('packages/orders', ['@shop/orders']);
    expect(run('codeowners', '--check')).toBe(3);
  });
});
