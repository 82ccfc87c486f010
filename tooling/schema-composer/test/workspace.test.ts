import { execFile } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, afterEach, describe, expect, it } from 'vitest';
import { composeWorkspace, readManifest, writeComposition } from '../src/index.ts';

const shared = join(import.meta.dirname, 'cases/_shared');
const executable = join(import.meta.dirname, '../bin/schema-composer.mjs');
const schemaPath = 'packages/store/prisma/schema.prisma';
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'composer-workspace-'));
  cpSync(shared, root, { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(args: readonly string[], cwd = root): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [executable, ...args], { cwd }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

describe('schema-composer', () => {
  it('writes both outputs from any folder, and nothing but them', async () => {
    const before = readdirSync(root, { recursive: true }).length;
    const { code, stdout } = await run([], join(root, 'packages/sales/prisma'));
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(readdirSync(root, { recursive: true })).toHaveLength(before + 2);
    const manifest = readManifest(join(root, 'packages/store/prisma/schema.manifest.json'));
    expect(manifest.domains.map(({ name }) => name)).toEqual(['catalog', 'sales']);
  });

  it('tells with --check whether the outputs are those of the fragments', async () => {
    expect((await run(['--check'])).code).toBe(3);
    expect(existsSync(join(root, schemaPath))).toBe(false);
    expect((await run([])).code).toBe(0);
    expect((await run(['--check'])).code).toBe(0);
    writeFileSync(join(root, schemaPath), 'edited by hand');
    expect((await run(['--check'])).code).toBe(3);
  });

  it('leaves earlier outputs alone when a fragment has a fault', async () => {
    await run([]);
    const before = readFileSync(join(root, schemaPath));
    writeFileSync(join(root, 'packages/sales/prisma/zz.prisma'), 'model Broken {\n');
    const { code, stdout } = await run(['--json']);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      diagnostics: [
        {
          code: 'COMPOSE.UNCLOSED_BLOCK',
          place: { file: 'packages/sales/prisma/zz.prisma', line: 1 },
        },
      ],
    });
    expect(readFileSync(join(root, schemaPath))).toEqual(before);
  });

  it('composes a domain into its package, or where --out says', async () => {
    expect((await run(['--domain', 'catalog'])).code).toBe(0);
    expect(existsSync(join(root, 'packages/catalog/.alone/prisma/schema.prisma'))).toBe(true);
    expect((await run(['--domain', 'catalog', '--out', 'elsewhere'])).code).toBe(0);
    expect(existsSync(join(root, 'elsewhere/schema.prisma'))).toBe(true);
    expect(existsSync(join(root, schemaPath))).toBe(false);
  });

  it('composes a domain although another has a fault', () => {
    writeFileSync(join(root, 'packages/sales/prisma/zz.prisma'), 'model Broken {\n');
    expect(composeWorkspace({ root, domain: 'catalog' }).diagnostics).toEqual([]);
    expect(composeWorkspace({ root, domain: 'sales' }).diagnostics).toHaveLength(1);
  });

  it.each([
    [['--chek'], 'Did you mean --check?'],
    [['--domain'], 'COMPOSE.CALL_INVALID'],
    [['--domain', 'slaes'], 'COMPOSE.DOMAIN_UNKNOWN'],
    [['fragment.prisma'], 'COMPOSE.CALL_INVALID'],
    [['--root', tmpdir()], 'COMPOSE.ROOT_NOT_FOUND'],
  ])('refuses %j', async (args, told) => {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(told);
  });

  it('prints its help', async () => {
    const { code, stdout } = await run(['--help']);
    expect(code).toBe(0);
    await expect(stdout).toMatchFileSnapshot('help.txt');
  });
});

describe('composeWorkspace', () => {
  it('reads a package through a link', () => {
    const straight = composeWorkspace({ root }).output;
    renameSync(join(root, 'packages/sales'), join(root, 'elsewhere'));
    symlinkSync(join(root, 'elsewhere'), join(root, 'packages/sales'));
    expect(composeWorkspace({ root }).output).toEqual(straight);
  });

  it('composes a fragment of a megabyte', () => {
    const block = (at: number) =>
      `/// Row ${String(at)} ${'x'.repeat(900)}\n/// @open\nmodel Many${String(at)} {\n  id String @id @db.Uuid\n}\n`;
    const text = Array.from({ length: 1100 }, (_, at) => block(at)).join('\n');
    writeFileSync(join(root, 'packages/sales/prisma/many.prisma'), text);
    expect(composeWorkspace({ root }).output?.manifest.models).toHaveLength(1102);
  });

  it.skipIf(process.getuid?.() === 0)('names a fragment that it may not read', () => {
    chmodSync(join(root, 'packages/sales/prisma/sales.prisma'), 0);
    const [first] = composeWorkspace({ root }).diagnostics;
    expect(first?.code).toBe('COMPOSE.UNREADABLE');
  });

  it('names a fragment that is a link to nothing', () => {
    symlinkSync(join(root, 'gone'), join(root, 'packages/sales/prisma/gone.prisma'));
    expect(composeWorkspace({ root }).diagnostics).toMatchObject([
      { code: 'COMPOSE.UNREADABLE', place: { file: 'packages/sales/prisma/gone.prisma' } },
    ]);
  });

  it('leaves no half of an output behind when the folder refuses it', () => {
    const composition = composeWorkspace({ root });
    writeFileSync(join(root, 'file'), '');
    expect(() => writeComposition(composition, { root, directory: 'file/inside' })).toThrow(
      expect.objectContaining({ code: 'COMPOSE.OUTPUT_UNWRITABLE' }),
    );
  });
});
