import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const program = join(import.meta.dirname, '../bin/schema-composer.mjs');
const FRAGMENT = 'packages/catalog/prisma/catalog.prisma';
const OUTPUT = 'packages/store/prisma/schema.prisma';

let root: string;
let composer: ChildProcess;
let said: string;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'watch-'));
  cpSync(join(import.meta.dirname, 'cases/_shared'), root, { recursive: true });
  said = '';
  composer = spawn(process.execPath, [program, '--watch', '--root', root], { stdio: 'pipe' });
  composer.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
  await heard('composed 2 models');
});

afterEach(async () => {
  if (composer.exitCode === null && composer.signalCode === null) {
    composer.kill('SIGKILL');
    await once(composer, 'close');
  }
  rmSync(root, { recursive: true });
});

/** Waits until the composer has said it, and forgets what it said. */
async function heard(text: string): Promise<void> {
  while (!said.includes(text)) {
    if (composer.stderr === null) throw new Error('The composer has no standard error.');
    await once(composer.stderr, 'data');
  }
  said = '';
}

const read = (file: string) => readFileSync(join(root, file), 'utf8');

function write(file: string, text: string | Uint8Array): void {
  mkdirSync(join(root, dirname(file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

const modelOf = (name: string) =>
  `\n/// One more.\n/// @open\nmodel ${name} {\n  id String @id @db.Uuid\n  @@map("${name.toLowerCase()}")\n}\n`;

describe('--watch', () => {
  it('composes again after an edit', async () => {
    write(FRAGMENT, read(FRAGMENT) + modelOf('Shelf'));
    await heard('composed 3 models');
    expect(read(OUTPUT)).toContain('model Shelf');
  });

  it('tells of rubbish, leaves what was composed, and goes on when it is mended', async () => {
    const [good, composed] = [read(FRAGMENT), read(OUTPUT)];
    for (const [rubbish, code] of [
      ['model {{{ )(', 'COMPOSE.SYNTAX'],
      [new Uint8Array([0xff, 0xfe, 0x00]), 'COMPOSE.ENCODING'],
      [good.slice(0, -4), 'COMPOSE.UNCLOSED_BLOCK'],
      ['', 'COMPOSE.'],
    ] as const) {
      write(FRAGMENT, rubbish);
      await heard(code);
      expect(read(OUTPUT)).toBe(composed);
    }
    write('schema.config.json.new', '{ "schemaDir": ');
    const config = read('schema.config.json');
    renameSync(join(root, 'schema.config.json.new'), join(root, 'schema.config.json'));
    await heard('COMPOSE.CONFIG_INVALID');
    write('schema.config.json', config);
    write(FRAGMENT, good + modelOf('Shelf'));
    await heard('composed 3 models');
    expect(read(OUTPUT)).toContain('model Shelf');
  });

  it('follows a fragment that an editor puts in place of another', async () => {
    write('packages/catalog/prisma/.new', read(FRAGMENT) + modelOf('Shelf'));
    renameSync(join(root, 'packages/catalog/prisma/.new'), join(root, FRAGMENT));
    await heard('composed 3 models');
  });

  it('follows folders that go and come back, as when a branch is checked out', async () => {
    const good = read(FRAGMENT);
    rmSync(join(root, 'packages/catalog/prisma'), { recursive: true });
    await heard('COMPOSE.');
    write(FRAGMENT, good);
    await heard('composed 2 models');
    write(FRAGMENT, good + modelOf('Shelf'));
    await heard('composed 3 models');
  });

  it('takes in a package that is new', async () => {
    mkdirSync(join(root, 'packages/stock'));
    await heard('composed 2 models');
    write('packages/stock/package.json', '{ "name": "@shop/stock", "schemaDomain": "stock" }');
    await heard('composed 2 models');
    write('packages/stock/prisma/stock.prisma', modelOf('Shelf'));
    await heard('composed 3 models');
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends on %s with %i', async (signal, code) => {
    composer.kill(signal);
    expect(await once(composer, 'close')).toEqual([code, null]);
  });
});
