import { execFile, spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const run = promisify(execFile);
const repository = path.join(import.meta.dirname, '../..');

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

/** A copy of what git would hold, with a name of its own for the embedded server. */
let root: string;

/** Why blocks of a document are not run, in their order. */
export function leftToPeople(file: string): string[] {
  return readBlocks(file).flatMap((block) => block.byHand ?? []);
}

/** Runs each block of a document as a test, one after the other, in a copy of the repository. */
export function runDocument(file: string): void {
  beforeAll(openCopy);
  afterAll(async () => {
    await bash('pnpm db stop').catch(() => undefined);
    rmSync(root, { recursive: true, force: true });
  });
  for (const block of readBlocks(file).filter(({ byHand }) => byHand === undefined)) {
    const title = block.text.split('\n', 1)[0] ?? '';
    it(`line ${block.line}: ${title}`, { timeout: 900_000 }, async () => {
      const { code, output } =
        block.until === undefined ? await bash(block.text) : await serve(block.text, block.until);
      expect({ code, output: code === block.exit ? '' : output }).toEqual({
        code: block.exit,
        output: '',
      });
    });
  }
}

async function openCopy() {
  root = mkdtempSync(path.join(tmpdir(), 'document-'));
  // The embedded server runs as another user where this one is root.
  chmodSync(root, 0o755);
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { stdout } = await run('git', list, { cwd: repository, maxBuffer: 64 * 1024 * 1024 });
  for (const file of stdout.split('\0').filter((name) => name !== '')) {
    const source = path.join(repository, file);
    if (existsSync(source)) cpSync(source, path.join(root, file), { force: true });
  }
  await run('git', ['init', '-q', '-b', 'main'], { cwd: root });
  await run('git', ['config', 'user.name', 'reader'], { cwd: root });
  await run('git', ['config', 'user.email', 'reader@example.org'], { cwd: root });
  await run('git', ['add', '-A'], { cwd: root });
  await run('git', ['commit', '-qm', 'before'], { cwd: root });
}

function readBlocks(file: string): Block[] {
  const document = readFileSync(path.join(repository, file), 'utf8');
  return [...document.matchAll(/^```sh(.*)\n([\s\S]*?)^```$/gm)].map((match) => {
    const [, info = '', text = ''] = match;
    const attribute = (name: string) => new RegExp(`\\b${name}="?([^"]+)"?`).exec(info)?.[1];
    return {
      line: document.slice(0, match.index).split('\n').length,
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
