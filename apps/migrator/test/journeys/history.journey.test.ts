import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createTestDatabase } from '@holovitals/postgres/testing';
import { expect, it, onTestFinished } from 'vitest';

const repository = fileURLToPath(new URL('../../../../', import.meta.url));

it('proves every migration of this repository reversible, or one-way for a listed reason', async () => {
  const database = await createTestDatabase();
  onTestFinished(() => database.drop());
  const { code, stdout, stderr } = await new Promise<{
    code: number | string;
    stdout: string;
    stderr: string;
  }>((resolve) => {
    execFile(
      process.execPath,
      ['apps/migrator/bin/migrator.mjs', 'verify', '--reversible', '--json'],
      { cwd: repository, env: { ...process.env, DATABASE_URL: database.url } },
      (error, out, err) => resolve({ code: error?.code ?? 0, stdout: out, stderr: err }),
    );
  });
  expect(stderr).not.toContain('MIGRATOR.');
  const proofs = JSON.parse(stdout) as { name: string; verdict: string; findings: string[] }[];
  expect(proofs.filter(({ verdict }) => verdict === 'broken')).toEqual([]);
  expect(proofs.length).toBeGreaterThan(0);
  expect(code).toBe(0);
});
