import { execFile, execFileSync } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyWorkspace, type WorkspaceCopy } from './test/copy-workspace.ts';

let copy: WorkspaceCopy;

beforeAll(() => {
  copy = copyWorkspace();
  git('add', '-A');
  const author = ['-c', 'user.name=test', '-c', 'user.email=test@example.org'];
  git(...author, 'commit', '-qm', 'before');
});

afterAll(() => copy.remove());

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: copy.folder, encoding: 'utf8' });
}

function runNew(...args: string[]) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    const command = [path.join(copy.folder, 'scripts/new.mjs'), ...args];
    execFile(process.execPath, command, { cwd: copy.folder }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
    );
  });
}

const PUBLIC = ['--classification', 'public'];

describe('pnpm new', () => {
  it.each([
    [[], 'Usage: pnpm new'],
    [['modle'], 'There is no new "modle"'],
    [['constructor'], 'There is no new "constructor"'],
    [['model', 'billing', 'Voucher', '--clasification', 'public'], '--clasification is no option'],
    [['model', 'nowhere', 'Voucher', ...PUBLIC], 'There is no domain "nowhere"'],
    [['model', 'billing', 'voucher', ...PUBLIC], '"voucher" is no name of a model'],
    [['model', 'billing', '../../x', ...PUBLIC], '"../../x" is no name of a model'],
    [['model', 'billing', 'Möbel', ...PUBLIC], '"Möbel" is no name of a model'],
    [['model', 'billing', `V${'o'.repeat(60)}`, ...PUBLIC], 'is no name of a model'],
    [['model', 'billing', 'Voucher', 'Coupon', ...PUBLIC], 'is no name of a model'],
    [['model', 'billing', 'Voucher'], 'Who may see its fields is not said.'],
    [['model', 'billing', 'Voucher', '--classification', 'open'], '"open" is no classification'],
    [['domain', '../escape', 'Thing', ...PUBLIC], '"../escape" is no name of a domain'],
    [['domain', 'billing', 'Thing', ...PUBLIC], 'The domain "billing" is there already'],
    [['domain', 'shop', 'Thing', ...PUBLIC, '--needs', 'nope'], 'There is no domain "nope"'],
    [['domain', 'errors', 'Thing', ...PUBLIC], 'is there already'],
    [['seed', 'nowhere', 'Voucher'], 'There is no domain "nowhere"'],
    [['rule', 'nowhere', 'rows-gone'], 'There is no domain "nowhere"'],
    [['rule', 'billing', 'gone'], '"gone" is no code of a rule'],
    [['rule', 'billing', '../rows-gone'], 'is no code of a rule'],
    [['rule', 'billing', 'rows-gone', 'too'], 'is no code of a rule'],
    [['migration'], 'A migration has one name'],
  ])('refuses %j, and writes nothing', async (args, words) => {
    const { code, stdout, stderr } = await runNew(...args);
    expect({ code, stdout, told: stderr.includes(words) }, stderr).toEqual({
      code: 2,
      stdout: '',
      told: true,
    });
    expect(git('status', '--porcelain')).toBe('');
  });

  it.each([
    [['billing'], '"billing" is no place of a route'],
    [['billing/'], '"billing/" is no place of a route'],
    [['billing/a/b'], '"billing/a/b" is no place of a route'],
    [['billing/Invoices'], '"billing/Invoices" is no place of a route'],
    [['billing/../../x'], 'is no place of a route'],
    [['billing/invoices', 'too'], 'is no place of a route'],
    [['nowhere/invoices'], 'There is no domain "nowhere"'],
    [['health/invoices'], 'There is no domain "health"'],
    [['clinical/practitioners'], '/v1/practitioners is there already'],
    [['billing/invoices'], 'Who may ask is not said.'],
    [['billing/invoices', '--permission', 'NOBODY'], '"NOBODY" is no permission that opens a list'],
    [['billing/invoices', '--permission', 'READ_PHI'], 'is no permission that opens a list'],
    [['billing/invoices', '--permission', 'MANAGE_OWN_BILLING'], 'is no permission that opens'],
    [['billing/invoices', '--permission', 'constructor'], 'is no permission that opens a list'],
  ])('refuses the route %j, and writes nothing', { tags: 'slow' }, async (args, words) => {
    const { code, stdout, stderr } = await runNew('route', ...args);
    expect({ code, stdout, told: stderr.includes(words) }, stderr).toEqual({
      code: 2,
      stdout: '',
      told: true,
    });
    expect(git('status', '--porcelain')).toBe('');
  });

  it('tells what it can make', async () => {
    const { code, stdout } = await runNew('--help');
    expect(code).toBe(0);
    for (const kind of ['domain', 'model', 'seed', 'route', 'rule', 'migration']) {
      expect(stdout).toContain(`pnpm new ${kind} `);
    }
  });
});
