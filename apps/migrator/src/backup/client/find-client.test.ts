import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { findClient } from './find-client.ts';

/** A folder with a program that answers to its version alone. */
function folderWith(answer: string): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'pg-bin-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(path.join(folder, 'pg_dump'), `#!/bin/sh\n${answer}\n`, { mode: 0o755 });
  return folder;
}

const version = (text: string) => folderWith(`echo 'pg_dump (PostgreSQL) ${text}'`);

it('takes the program of the server’s version, or of the next above', async () => {
  const folders = ['17.2', '19beta1', '16.4 (Debian 16.4-1)', '18.0'].map(version);
  const PATH = ['relative', ...folders].join(path.delimiter);
  expect(await findClient(17, { PATH })).toMatchObject({ version: '17.2', major: 17 });
  expect(await findClient(19, { PATH })).toMatchObject({ version: '19beta1', major: 19 });
});

it('takes no other than that of PG_BIN where it is set, and tells what it found', async () => {
  const environment = { PG_BIN: version('14.1'), PATH: version('18.0') };
  await expect(findClient(18, environment)).rejects.toMatchObject({
    code: 'MIGRATOR.CLIENT_MISSING',
    why: expect.stringContaining('14.1') as string,
  });
  const broken = { PG_BIN: folderWith('exit 127') };
  await expect(findClient(18, broken)).rejects.toMatchObject({
    why: expect.stringContaining('None was found') as string,
  });
});
