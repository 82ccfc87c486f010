/** @module-tag slow */
import { execFile, execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyWorkspace, type WorkspaceCopy } from '../copy-workspace.ts';

const run = promisify(execFile);
const repository = path.join(import.meta.dirname, '../../..');

const READ_BILLING = ['--permission', 'READ_BILLING'] as const;

let copy: WorkspaceCopy;

beforeAll(() => {
  copy = copyWorkspace({ installed: true });
  execFileSync('git', ['add', '-A'], { cwd: copy.folder });
});

afterAll(() => copy.remove());

function pnpm(...args: string[]) {
  return call('run', ...args);
}

async function call(...args: string[]) {
  const env = {
    ...process.env,
    DO_NOT_TRACK: '1',
    CI: 'true',
    TURBO_CACHE_DIR: path.join(repository, '.turbo/cache'),
  };
  try {
    const options = { cwd: copy.folder, env, maxBuffer: 2 ** 28 };
    const { stdout, stderr } = await run('pnpm', ['--silent', ...args], options);
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: copy.folder, encoding: 'utf8' });
}

/** Runs slow tests of the API. */
function inApi(...args: string[]) {
  const vitest = ['exec', 'vitest', 'run', '--config', 'vitest.slow.config.ts'];
  return call('--filter', '@holovitals/api', ...vitest, ...args);
}

function place(file: string): string {
  return path.join(copy.folder, file);
}

describe('what pnpm new makes', () => {
  it("is no route of rows that a permission alone does not open, or that are nobody's", async () => {
    const before = git('status', '--porcelain', '--untracked-files=all');
    for (const [at, model, words] of [
      ['clinical/charts', 'Patient', 'under row security'],
      ['ehr/credentials', 'EHRCredential', 'never leaves the server'],
      ['billing/bookings', 'TokenTransaction', 'does not say to which organisation'],
      ['billing/bookings', 'constructor', 'billing has no model "constructor"'],
      ['billing/bookings', 'Patient', 'billing has no model "Patient"'],
    ] as const) {
      const refused = await pnpm('new', 'route', at, ...READ_BILLING, '--model', model);
      expect(refused, refused.stderr).toMatchObject({ code: 2, stdout: '' });
      expect(refused.stderr).toContain(words);
    }
    const named = await pnpm('new', 'route', 'billing/bookings', ...READ_BILLING);
    expect(named.stderr).toContain('billing has no table "bookings"');
    const dry = await pnpm('new', 'route', 'billing/invoices', ...READ_BILLING, '--dry-run');
    expect(dry).toMatchObject({ code: 0 });
    expect(dry.stdout).toContain('apps/api/src/billing/invoices.routes.ts');
    expect(git('status', '--porcelain', '--untracked-files=all')).toBe(before);
  });

  it('is a route that works: closed, audited, described, in the client, and tested', async () => {
    for (const [at, ...rest] of [
      ['billing/invoices', ...READ_BILLING],
      ['compliance/keeping', '--model', 'DataRetentionPolicy', '--permission', 'MANAGE_RETENTION'],
    ] as const) {
      const made = await pnpm('new', 'route', at, ...rest);
      expect(made, made.stderr).toMatchObject({ code: 0 });
    }
    const again = await pnpm('new', 'route', 'billing/invoices', ...READ_BILLING);
    expect(again).toMatchObject({ code: 2 });
    expect(again.stderr).toContain('/v1/invoices is there already');
    const client = await call('exec', 'turbo', 'run', 'build', '--filter=@holovitals/client');
    expect(client.code, client.stdout + client.stderr).toBe(0);
    const types = readFileSync(place('packages/client/src/generated/api.ts'), 'utf8');
    expect(types).toContain('"/v1/invoices"');
    const tests = await inApi(
      ...['test/invoices.db.test.ts', 'test/keeping.db.test.ts'],
      ...['test/slow/access-matrix.slow.test.ts', 'test/unaudited-acts.db.test.ts'],
      ...['--testNamePattern', 'v1/(invoices|keeping)'],
    );
    expect(tests.code, tests.stdout + tests.stderr).toBe(0);
    expect(tests.stdout).toContain('tests: 12 passed, 0 failed');
  });

  it('is a model with a table, in a fragment of its own', async () => {
    const made = await pnpm(
      'new',
      'model',
      'billing',
      'LoyaltyCategory',
      '--classification',
      'public',
    );
    expect(made, made.stderr).toMatchObject({ code: 0 });
    expect(made.stdout).toContain('packages/billing/prisma/loyalty-categories.prisma');
    const text = readFileSync(place('packages/billing/prisma/loyalty-categories.prisma'), 'utf8');
    expect(text).toContain('@@map("loyalty_categories")');
  });

  it('is taken back where it does not compose', async () => {
    const file = 'packages/billing/prisma/invoices.prisma';
    const { code, stderr } = await pnpm(
      'new',
      'model',
      'billing',
      'Invoice',
      '--classification',
      'public',
    );
    expect(code).not.toBe(0);
    expect(stderr).toContain('COMPOSE.DUPLICATE_NAME');
    expect(existsSync(place(file))).toBe(false);
  });

  it('is a seed of a model by what is unique in it, and none where nothing is', async () => {
    const none = await pnpm('new', 'seed', 'billing', 'LoyaltyCategory');
    expect(none).toMatchObject({ code: 2 });
    expect(none.stderr).toContain('nothing unique but its id');
    const fragment = place('packages/billing/prisma/loyalty-categories.prisma');
    const text = readFileSync(fragment, 'utf8');
    writeFileSync(
      fragment,
      text.replace('  createdAt', '  code      String   @unique\n  createdAt'),
    );
    const made = await pnpm('new', 'seed', 'billing', 'LoyaltyCategory');
    expect(made, made.stderr).toMatchObject({ code: 0 });
    const seed = place(made.stdout.trim());
    expect(JSON.parse(readFileSync(seed, 'utf8'))).toEqual({
      model: 'LoyaltyCategory',
      key: ['code'],
      rows: [],
    });
    const again = await pnpm('new', 'seed', 'billing', 'LoyaltyCategory');
    expect(again.stderr).toContain('holds rows of LoyaltyCategory already');
  });

  it('is a route of a model that no migration has made yet', async () => {
    const permitted = ['--permission', 'MANAGE_PLANS'];
    const made = await pnpm('new', 'route', 'billing/loyalty-categories', ...permitted);
    expect(made, made.stderr).toMatchObject({ code: 0 });
  });

  it('is a rule, the first of its domain or one more, that finds its own example', async () => {
    for (const [domain, code] of [
      ['billing', 'ledger-emptied'],
      ['billing', 'plans-emptied'],
      ['compliance', 'trail-emptied'],
    ] as const) {
      const made = await pnpm('new', 'rule', domain, code);
      expect(made, made.stderr).toMatchObject({ code: 0 });
      expect(made.stdout).toContain(`packages/${domain}/src/lint/${code}.ts`);
    }
    const again = await pnpm('new', 'rule', 'billing', 'plans-emptied');
    expect(again).toMatchObject({ code: 2 });
    expect(again.stderr).toContain('is there already');
    const filters = ['billing', 'compliance', 'migrator'].map((it) => `--filter=@holovitals/${it}`);
    const built = await call('exec', 'turbo', 'run', 'build', ...filters);
    expect(built.code, built.stdout + built.stderr).toBe(0);
    const explained = await pnpm('migrator', 'lint', '--explain', 'all', '--json');
    const rules = JSON.parse(explained.stdout) as { code: string; bad: string }[];
    const own = rules.filter(({ code }) => code.endsWith('-emptied'));
    expect(own.map(({ code }) => code).sort()).toEqual([
      'billing/ledger-emptied',
      'billing/plans-emptied',
      'compliance/trail-emptied',
    ]);
    expect(rules.map(({ code }) => code)).toContain('compliance/granted-to-public');
    writeFileSync(place('empty.sql'), own[0]?.bad ?? '');
    const linted = await pnpm('migrator', 'lint', '--json', 'empty.sql');
    rmSync(place('empty.sql'));
    expect(linted.stdout).toContain('"rule": "billing/ledger-emptied"');
  });

  it('is a domain that relates to others, is owned, and passes every gate with the rest', async () => {
    const made = await pnpm(
      ...['new', 'domain', 'scheduling', 'Appointment'],
      ...['--classification', 'phi', '--needs', 'clinical,identity'],
    );
    expect(made, made.stderr).toMatchObject({ code: 0 });
    expect(readFileSync(place('.github/CODEOWNERS'), 'utf8')).toContain('/packages/scheduling/');
    appendFileSync(
      place('packages/scheduling/prisma/appointments.prisma'),
      `
/// Who was told of an appointment.
/// @phi
model AppointmentNotice {
  id            String      @id @default(uuid(7)) @db.Uuid
  appointmentId String      @map("appointment_id") @db.Uuid
  patientId     String      @map("patient_id") @db.Uuid
  createdAt     DateTime    @default(now()) @map("created_at") @db.Timestamptz(3)
  /// @inverse notices
  appointment   Appointment @relation(fields: [appointmentId], references: [id], onDelete: Restrict, onUpdate: Restrict)
  /// @inverse appointmentNotices
  patient       Patient     @relation(fields: [patientId], references: [id], onDelete: Restrict, onUpdate: Restrict)

  @@index([appointmentId])
  @@index([patientId])
  @@map("appointment_notices")
}
`,
    );
    const check = await pnpm('check');
    expect(check.code, check.stdout + check.stderr).toBe(0);
  });
});
