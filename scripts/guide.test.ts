/** @module-tag slow */
import { execFile, spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const repository = path.join(import.meta.dirname, '..');
const guide = readFileSync(path.join(repository, 'docs/guide.md'), 'utf8');

/** A fenced block of commands; its info string says how it runs. */
interface Block {
  readonly line: number;
  readonly text: string;
  /** Exit code it must end with. */
  readonly exit: number;
  /** Runs until this address answers: absolute, or below the first address it prints. */
  readonly until: string | undefined;
  /** Why it is not run. */
  readonly byHand: string | undefined;
}

const blocks = readBlocks();
/** A copy of what git would hold, with a name of its own for the embedded server. */
let root: string;

beforeAll(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'guide-'));
  // The embedded server runs as another user where this one is root.
  chmodSync(root, 0o755);
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { stdout } = await run('git', list, { cwd: repository, maxBuffer: 64 * 1024 * 1024 });
  for (const file of stdout.split('\0').filter((name) => name !== '')) {
    cpSync(path.join(repository, file), path.join(root, file), { force: true });
  }
  await run('git', ['init', '-q', '-b', 'main'], { cwd: root });
  await run('git', ['config', 'user.name', 'guide'], { cwd: root });
  await run('git', ['config', 'user.email', 'guide@example.org'], { cwd: root });
  await run('git', ['add', '-A'], { cwd: root });
  await run('git', ['commit', '-qm', 'guide'], { cwd: root });
});

afterAll(async () => {
  await bash('pnpm db stop').catch(() => undefined);
  rmSync(root, { recursive: true, force: true });
});

describe('the guide', () => {
  it('leaves to people only what needs their server or their client programs', () => {
    const byHand = blocks.flatMap((block) => block.byHand ?? []);
    expect(byHand).toMatchInlineSnapshot(`
      [
        "names a server of yours",
        "needs PostgreSQL's client programs, of at least the server's version",
        "needs PostgreSQL's client programs, and a backup",
        "needs psql",
      ]
    `);
  });

  for (const block of blocks.filter(({ byHand }) => byHand === undefined)) {
    const title = block.text.split('\n', 1)[0] ?? '';
    it(`line ${block.line}: ${title}`, { timeout: 300_000 }, async () => {
      const { code, output } =
        block.until === undefined ? await bash(block.text) : await serve(block.text, block.until);
      expect({ code, output: code === block.exit ? '' : output }).toEqual({
        code: block.exit,
        output: '',
      });
    });
  }
});

function readBlocks(): Block[] {
  return [...guide.matchAll(/^```sh(.*)\n([\s\S]*?)^```$/gm)].map((match) => {
    const [, info = '', text = ''] = match;
    const attribute = (name: string) => new RegExp(`\\b${name}="?([^"]+)"?`).exec(info)?.[1];
    return {
      line: guide.slice(0, match.index).split('\n').length,
      text,
      exit: Number(attribute('exit') ?? 0),
      until: attribute('until'),
      byHand: attribute('by-hand'),
    };
  });
}

function environment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    TURBO_CACHE_DIR: path.join(repository, '.turbo/cache'),
  };
  for (const name of Object.keys(env)) {
    if (/^(?:TEST_|SHADOW_|APP_)?DATABASE_URL$|^NODE_ENV$|^VITEST|^TURBO_HASH$|^npm_/.test(name)) {
      delete env[name];
    }
  }
  return env;
}

function startBash(text: string) {
  const child = spawn('bash', ['-euo', 'pipefail', '-c', text], {
    cwd: root,
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  }
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? -1));
  });
  return { child, ended, told: () => output };
}

async function bash(text: string) {
  const { ended, told } = startBash(text);
  return { code: await ended, output: told() };
}

/** Runs commands that serve, until the address answers; then ends them as Ctrl-C does. */
async function serve(text: string, until: string) {
  const { child, ended, told } = startBash(text);
  let status: number | undefined;
  void ended.then((code) => (status ??= code));
  while (status === undefined) {
    const base = /http:\/\/\S+:\d+/.exec(told())?.[0] ?? '';
    const answer = await fetch(until.startsWith('http') ? until : base + until).catch(
      () => undefined,
    );
    if (answer?.ok === true) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  if (status !== undefined) return { code: status === 0 ? -1 : status, output: told() };
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGINT');
  await ended;
  return { code: 0, output: told() };
}
