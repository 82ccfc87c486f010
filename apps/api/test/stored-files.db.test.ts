import { execFile } from 'node:child_process';
import { readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openClinic, type Clinic } from './clinic.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const migrator = path.join(root, 'apps/migrator/bin/migrator.mjs');

let clinic: Clinic;
let doctor: string;
let id: string;

beforeEach(async () => {
  clinic = await openClinic();
  doctor = await clinic.staff('doctor@example.org', 'DOCTOR');
  id = await clinic.patient(doctor);
});

afterEach(() => clinic.close());

async function added(): Promise<string> {
  const { body } = await clinic.as(doctor, 'POST', `/v1/patients/${id}/files`, { any: 'bytes' });
  return String(body['id']);
}

const folderOf = (fileId: string) =>
  path.join(clinic.platform.fileFolder, 'kept', fileId.slice(-2));
const keptAt = (fileId: string) => path.join(folderOf(fileId), fileId);
const incomingAt = (fileId: string) => path.join(clinic.platform.fileFolder, 'incoming', fileId);

const files = (...args: readonly string[]) =>
  run('files', ...args, '--dir', clinic.platform.fileFolder);

/** Runs the real binary, as an operator would. */
async function run(
  ...args: readonly string[]
): Promise<{ code: number; data: Record<string, unknown>; stderr: string }> {
  const { database, keys } = clinic.platform;
  return await new Promise((resolve) => {
    execFile(
      process.execPath,
      [migrator, ...args, '--json'],
      {
        cwd: root,
        env: { ...process.env, NODE_ENV: 'development', DATABASE_URL: database.url, ...keys },
        encoding: 'utf8',
      },
      (error, stdout, stderr) =>
        resolve({
          code: error === null ? 0 : Number(error.code ?? 1),
          data: stdout === '' ? {} : (JSON.parse(stdout) as Record<string, unknown>),
          stderr,
        }),
    );
  });
}

const dayAgo = new Date(Date.now() - 90_000_000);

describe('files verify', () => {
  it('says so where all is well, and names what is missing or was changed', async () => {
    const [one, two, three] = [await added(), await added(), await added()];
    expect(await files('verify')).toMatchObject({
      ...{ code: 0, data: { files: 3, missing: 0, damaged: 0, findings: [] } },
    });
    await rm(keptAt(one));
    const bytes = await readFile(keptAt(two));
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    await writeFile(keptAt(two), bytes);
    const found = await files('verify');
    expect(found).toMatchObject({ code: 4, data: { files: 3, missing: 1, damaged: 1 } });
    expect(found.data['findings']).toEqual([
      { id: one, fault: 'missing' },
      { id: two, fault: 'damaged' },
    ]);
    expect(JSON.stringify(found)).not.toContain(three);
  });

  it('refuses the folder of another database', async () => {
    await added();
    const mark = path.join(clinic.platform.fileFolder, 'store.json');
    await writeFile(mark, '{"database":"01900000-0000-7000-8000-000000000000"}');
    const refused = await files('verify');
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain('CLINICAL.FILE_STORE_UNAVAILABLE');
    expect((await files('tidy', '--unknown')).stderr).toContain('CLINICAL.FILE_STORE_UNAVAILABLE');
  });
});

describe('files tidy', () => {
  it('ends what was cut off at any point, and keeps every file', async () => {
    const [whole, unsorted, destroyed, orphan] = [
      await added(),
      await added(),
      await added(),
      await added(),
    ];
    // Killed before the bytes were sorted in: the row is there, and so is the content.
    await rename(keptAt(unsorted), incomingAt(unsorted));
    const url = `/v1/patients/${id}/files/${unsorted}/content`;
    const read = () =>
      clinic.platform.server.inject({ url, headers: { authorization: `Bearer ${doctor}` } });
    expect((await read()).statusCode).toBe(200);
    // Killed while the bytes came in, today and before yesterday.
    const [today, old] = [
      '00000000-0000-7000-8000-000000000001',
      '00000000-0000-7000-8000-000000000002',
    ];
    for (const name of [today, old]) await writeFile(incomingAt(name), 'half');
    await utimes(incomingAt(old), dayAgo, dayAgo);
    await clinic.owner.query(
      `update secure_files set status = 'DESTROYED', destroyed_at = now(), wrapped_data_key = null where id = $1`,
      [destroyed],
    );
    await clinic.owner.query('delete from secure_files where id = $1', [orphan]);

    const tidied = { destroyed: 1, cutOff: 1, unknown: 1, sortedIn: 1 };
    expect(await files('tidy', '--dry-run')).toMatchObject({ code: 0, data: tidied });
    expect(await readdir(path.dirname(incomingAt(old)))).toHaveLength(3);
    expect(await files('verify')).toMatchObject({
      ...{ code: 3, data: { files: 2, unneeded: { destroyed: 1, cutOff: 1, unknown: 1 } } },
    });
    expect(await files('tidy')).toMatchObject({ code: 0, data: tidied });
    expect(await readdir(path.dirname(incomingAt(old)))).toEqual([today]);
    expect(await readdir(folderOf(destroyed))).not.toContain(destroyed);
    expect(await readdir(folderOf(orphan))).toContain(orphan);
    expect(await files('tidy', '--unknown')).toMatchObject({ data: { unknown: 1, sortedIn: 0 } });
    expect(await readdir(folderOf(orphan))).not.toContain(orphan);
    expect((await read()).statusCode).toBe(200);
    expect(await files('verify')).toMatchObject({ code: 0, data: { files: 2 } });
    expect(await readdir(folderOf(whole))).toContain(whole);
  });
});

it('the key of a file moves under a new version of the data key, and its bytes stay', async () => {
  const fileId = await added();
  const bytes = await readFile(keptAt(fileId));
  expect((await run('keys', 'rotate', '--yes')).code).toBe(0);
  expect((await run('keys', 'reencrypt')).code).toBe(0);
  const { rows } = await clinic.owner.query(
    `select k.version from secure_files f join encryption_keys k on k.id = f.key_id where f.id = $1`,
    [fileId],
  );
  expect(rows).toEqual([{ version: 2 }]);
  expect(await run('keys', 'verify')).toMatchObject({ code: 0 });
  expect((await readFile(keptAt(fileId))).equals(bytes)).toBe(true);
  const answer = await clinic.platform.server.inject({
    url: `/v1/patients/${id}/files/${fileId}/content`,
    headers: { authorization: `Bearer ${doctor}` },
  });
  expect(answer.json()).toEqual({ any: 'bytes' });
});
