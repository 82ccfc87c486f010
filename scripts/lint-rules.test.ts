import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '..');
const folder = mkdtempSync(path.join(tmpdir(), 'lint-rules-'));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Report {
  readonly scripts: readonly { readonly findings: readonly { rule: string; severity: string }[] }[];
}

/** Runs the migrator's real binary in this workspace; nothing listens where its database would be. */
function lint<Answer>(...args: string[]): Promise<Answer> {
  const program = path.join(root, 'apps/migrator/bin/migrator.mjs');
  const env = { ...process.env, DATABASE_URL: 'postgresql://nobody:none@127.0.0.1:1/none' };
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [program, 'lint', '--json', ...args],
      { cwd: root, env, maxBuffer: 16 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (stdout === '') reject(error ?? new Error(stderr));
        else resolve(JSON.parse(stdout) as Answer);
      },
    );
  });
}

/** The rules of packages that each script breaks, judged after the whole history. */
async function brokenBy(scripts: readonly string[]): Promise<string[][]> {
  const files = scripts.map((sql, at) => {
    const file = path.join(folder, `${at}.sql`);
    writeFileSync(file, sql);
    return file;
  });
  const report = await lint<Report>(...files);
  return report.scripts.map(({ findings }) => [
    ...new Set(findings.map(({ rule }) => rule).filter((rule) => rule.includes('/'))),
  ]);
}

/** What must be found, and what must not, beyond the rules' own examples. */
const JUDGED: readonly (readonly [string, readonly string[]])[] = [
  ['ALTER TABLE public.patients DISABLE ROW LEVEL SECURITY', ['row-security-disabled']],
  ['ALTER TABLE patients FORCE ROW LEVEL SECURITY', []],
  ['DROP POLICY IF EXISTS any_policy ON documents', ['policy-dropped']],
  ['GRANT EXECUTE ON FUNCTION uuid_v7() TO PUBLIC', ['granted-to-public']],
  ['GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC', ['granted-to-public']],
  ['ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC', ['granted-to-public']],
  ['REVOKE ALL ON SCHEMA public FROM PUBLIC', []],
  ['ALTER ROLE CURRENT_USER BYPASSRLS', ['role-above-row-security']],
  ['CREATE USER root SUPERUSER', ['role-above-row-security']],
  ['GRANT pg_read_all_data TO reporting', ['role-above-row-security']],
  ['GRANT pg_monitor TO reporting', []],
  ['ALTER ROLE reporting NOSUPERUSER NOBYPASSRLS', []],
  ["COPY (SELECT * FROM patients) TO PROGRAM 'nc'", ['copy-program']],
  ["COPY patients TO '/tmp/patients.csv'", ['copy-program']],
  ['DROP TRIGGER any_trigger ON audit_logs', ['audit-trigger-off']],
  ['ALTER TABLE audit_logs DISABLE TRIGGER USER', ['audit-trigger-off']],
  ['SET session_replication_role = replica', ['audit-trigger-off']],
  ['ALTER TABLE patients DISABLE TRIGGER USER', []],
  ['DROP TABLE audit_logs', ['append-only-changed']],
  ['TRUNCATE users, audit_logs', ['append-only-changed']],
  [
    "DELETE FROM audit_logs WHERE id = '0190f0c0-0000-7000-8000-000000000000'",
    ['append-only-changed'],
  ],
  [
    'WITH gone AS (DELETE FROM public.audit_logs RETURNING *) SELECT count(*) FROM gone',
    ['append-only-changed'],
  ],
  ['UPDATE "audit_logs" SET reason = NULL', ['append-only-changed']],
  ['ALTER TABLE audit_logs ALTER COLUMN reason TYPE varchar(10)', ['append-only-changed']],
  ['INSERT INTO audit_logs SELECT * FROM audit_logs WHERE false', []],
  ['CREATE TABLE patients_2 (id uuid PRIMARY KEY)', ['column-unclassified']],
  ['CREATE TEMP TABLE picked (id uuid)', []],
  [
    'ALTER TABLE patients ADD COLUMN "birthDate" text, ADD COLUMN created_at timestamptz',
    ['column-unclassified'],
  ],
  [
    'ALTER TABLE documents ADD COLUMN owner uuid REFERENCES users ON DELETE CASCADE',
    ['cascade-into-record', 'column-unclassified'],
  ],
  [
    'ALTER TABLE documents ADD FOREIGN KEY (patient_id) REFERENCES patients ON DELETE SET NULL NOT VALID',
    [],
  ],
];

describe("the packages' lint rules", () => {
  it('find their own bad examples and are silent in the safe ones', async () => {
    const rules = (
      await lint<{ code: string; bad: string; safe: string }[]>('--explain', 'all')
    ).filter(({ code }) => code.includes('/'));
    expect(rules.length).toBeGreaterThanOrEqual(9);
    const bad = await brokenBy(rules.map((rule) => rule.bad));
    rules.forEach(({ code }, at) => expect(bad[at]).toContain(code));
    expect(await brokenBy(rules.map((rule) => rule.safe))).toEqual(rules.map(() => []));
  });

  it('judge statements of every sort as people would', { tags: 'slow' }, async () => {
    const judged = new Set(JUDGED.flatMap(([, codes]) => codes.map((it) => `compliance/${it}`)));
    const found = (await brokenBy(JUDGED.map(([sql]) => sql))).map((codes) =>
      codes.filter((code) => judged.has(code)),
    );
    expect(JUDGED.map(([sql], at) => [sql, found[at]?.sort()])).toEqual(
      JUDGED.map(([sql, codes]) => [sql, codes.map((code) => `compliance/${code}`)]),
    );
  });
});
