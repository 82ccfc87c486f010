import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { composeWorkspace, formatDiagnostics, writeComposition } from '../src/index.ts';

const cases = join(import.meta.dirname, 'cases');
const workspaces = mkdtempSync(join(tmpdir(), 'composed-cases-'));
afterAll(() => rmSync(workspaces, { recursive: true }));

const names = readdirSync(cases).filter((name) => !name.startsWith('_'));

/** Each case lays its files over the shared workspace; an empty list of faults shows the schema. */
describe.each(names)('%s', (name) => {
  const root = join(workspaces, name);
  cpSync(join(cases, '_shared'), root, { recursive: true });
  if (existsSync(join(cases, name, 'workspace'))) {
    cpSync(join(cases, name, 'workspace'), root, { recursive: true });
  }

  it('gives the expected result', async () => {
    const { diagnostics, output } = composeWorkspace({ root });
    const expected = join(cases, name, 'expected');
    if (output === null) {
      await expect(formatDiagnostics(diagnostics)).toMatchFileSnapshot(`${expected}.txt`);
      expect(() => writeComposition({ diagnostics, output }, { root })).toThrow();
    } else {
      await expect(output.schema).toMatchFileSnapshot(`${expected}.prisma`);
      const manifest = `${JSON.stringify(output.manifest, null, 2)}\n`;
      await expect(manifest).toMatchFileSnapshot(`${expected}.manifest.json`);
    }
  });
});
