import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorkspace, type TestWorkspace } from './open-workspace.ts';

const binary = path.join(import.meta.dirname, '../bin/schema-release.mjs');
const BEFORE = 'model Item {\n  id   Int     @id\n  name String?\n}\n';
const AFTER = 'model Item {\n  id   Int @id\n  size Int\n}\n';

let workspace: TestWorkspace;

beforeAll(() => {
  workspace = openWorkspace({ goods: [] });
  workspace.fragment('goods', BEFORE);
  workspace.write('.changeset/config.json', '{ "baseBranch": "main" }');
  workspace.git('init', '-qb', 'main');
  workspace.commit('first');
  workspace.git('switch', '-qc', 'change');
  workspace.fragment('goods', AFTER);
});

afterAll(() => workspace.remove());

function run(...args: string[]) {
  return runIn(workspace.root, ...args);
}

function runIn(cwd: string, ...args: string[]) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [binary, ...args], { cwd }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
    );
  });
}

describe('compare', () => {
  it('tells what changed since the branch began', async () => {
    const { code, stdout } = await run('compare');
    expect(code).toBe(0);
    expect(stdout).toContain('@shop/goods 2.3.0: a major release');
    expect(stdout).toContain('Item.size: size is new, required, and has no default.');
    expect(stdout).toContain('packages/goods/prisma/models.prisma:3');
  });

  it('compares two files without a workspace, under their own names', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'schema-release-files-'));
    writeFileSync(path.join(folder, 'before.prisma'), BEFORE);
    writeFileSync(path.join(folder, 'after.prisma'), AFTER);
    const { code, stdout } = await runIn(folder, 'compare', 'before.prisma', 'after.prisma');
    rmSync(folder, { recursive: true });
    expect(code).toBe(0);
    expect(stdout).toContain('before.prisma -> after.prisma');
    expect(stdout).toMatch(/\(REQUIRED_FIELD_ADDED\) +after\.prisma:3/);
  });

  it('prints JSON as its published schema has it', async () => {
    const { stdout } = await run('compare', 'main', '--format', 'json');
    const schema = readFileSync(path.join(import.meta.dirname, '../report.schema.json'), 'utf8');
    const validate = new Ajv2020({ strict: true }).compile(JSON.parse(schema) as object);
    expect(validate(JSON.parse(stdout)), JSON.stringify(validate.errors)).toBe(true);
  });

  it('prints SARIF with a place for each finding, and Markdown', async () => {
    const sarif = JSON.parse((await run('compare', 'main', '--format', 'sarif')).stdout) as {
      runs: { results: { ruleId: string; level: string; locations: unknown[] }[] }[];
    };
    expect(sarif.runs[0]?.results).toMatchObject([
      { ruleId: 'FIELD_REMOVED', level: 'error' },
      { ruleId: 'REQUIRED_FIELD_ADDED', level: 'error' },
    ]);
    const { stdout } = await run('compare', 'main', '--format', 'markdown');
    expect(stdout).toContain(
      '| major | `Item.size` | size is new, required, and has no default. |',
    );
  });
});

describe('check', () => {
  it('fails, prints what is missing, drafts it, and is content then', async () => {
    const missing = await run('check');
    expect(missing.code).toBe(3);
    expect(missing.stderr).toContain("'@shop/goods': major");
    const drafted = await run('check', '--write', '--json');
    expect(drafted.code).toBe(0);
    expect((JSON.parse(drafted.stdout) as { written: string[] }).written).toHaveLength(2);
    expect(await run('check')).toMatchObject({ code: 0 });
  });
});

describe('a wrong call', () => {
  it.each([
    [['compare', '--frmat', 'json'], 'unknown option'],
    [['compare', '--format', 'xml'], 'Allowed choices'],
    [['chekc'], 'Did you mean check'],
    [['compare', 'no-such-revision'], 'RELEASE.REVISION_UNKNOWN'],
    [['check', '--since', 'no-such-revision'], 'RELEASE.REVISION_UNKNOWN'],
    [['check', '--root', '/'], 'COMPOSE.ROOT_NOT_FOUND'],
  ])('%j is told what is wrong', async (args, words) => {
    const { code, stderr } = await run(...args);
    expect({ code, told: stderr.includes(words) }, stderr).toEqual({ code: 2, told: true });
  });
});
