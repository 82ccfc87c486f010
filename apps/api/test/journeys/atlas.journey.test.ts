import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { leaveOut, readAtlas, writeSite } from '@holovitals/schema-atlas';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestPlatform, type TestPlatform } from '../test-platform.ts';

const root = path.join(import.meta.dirname, '../../../..');
let folder: string;
let platform: TestPlatform;
let port: number;

beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'api-atlas-'));
  platform = await openTestPlatform({ atlas: path.join(folder, 'atlas') });
  await platform.server.listen({ host: '127.0.0.1', port: 0 });
  ({ port } = platform.server.server.address() as AddressInfo);
});

afterAll(async () => {
  await platform.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Asks for a path as it is written: nothing resolves its dots. */
function ask(target: string, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path: target, headers }, (answer) => {
      let body = '';
      answer.setEncoding('utf8').on('data', (text: string) => (body += text));
      answer.once('end', () => {
        const { statusCode: status, headers: told } = answer;
        resolve({ status, type: told['content-type'], headers: told, body });
      });
    });
    sent.once('error', reject).end();
  });
}

describe('somebody who wants to know the schema', () => {
  it('is told how the atlas is built where nobody built it', async () => {
    const { status, type, body } = await ask('/atlas/');
    expect({ status, type }).toEqual({
      status: 404,
      type: 'application/problem+json; charset=utf-8',
    });
    expect(JSON.parse(body)).toMatchObject({ code: 'API.ATLAS_MISSING' });
    expect(body).toContain('pnpm build');
  });

  describe('where it is built', () => {
    beforeAll(async () => {
      await writeSite(leaveOut(await readAtlas(root), 'secret'), path.join(folder, 'atlas'));
      mkdirSync(path.join(folder, 'atlas/.hidden'));
      writeFileSync(path.join(folder, 'atlas/.hidden/file.txt'), 'not for the web');
      writeFileSync(path.join(folder, 'outside.txt'), 'not for the web');
    });

    it('reads its pages, which load nothing from elsewhere', async () => {
      expect((await ask('/atlas')).headers).toMatchObject({ location: '/atlas/' });
      for (const [target, type] of [
        ['/atlas/', 'text/html; charset=utf-8'],
        ['/atlas/models/Patient.html', 'text/html; charset=utf-8'],
        ['/atlas/assets/atlas.css', 'text/css; charset=utf-8'],
        ['/atlas/assets/index.js', 'application/javascript; charset=utf-8'],
      ] as const) {
        const answer = await ask(target);
        expect({ target, status: answer.status, type: answer.type }).toEqual({
          ...{ target, type },
          status: 200,
        });
        expect(answer.headers).toMatchObject({
          'cache-control': 'no-cache',
          'content-security-policy': expect.stringContaining("default-src 'none'") as string,
          'x-content-type-options': 'nosniff',
        });
      }
    });

    it('is not sent a page twice that did not change', async () => {
      const { etag } = (await ask('/atlas/diagram.html')).headers;
      const again = await ask('/atlas/diagram.html', { 'if-none-match': String(etag) });
      expect(again).toMatchObject({ status: 304, body: '' });
    });

    it.each([
      '/atlas/../outside.txt',
      '/atlas/..%2foutside.txt',
      '/atlas/%2e%2e/outside.txt',
      '/atlas/%2e%2e%2foutside.txt',
      '/atlas/..%5coutside.txt',
      '/atlas/models/..%2f..%2foutside.txt',
      '/atlas//etc/passwd',
      '/atlas/%2fetc%2fpasswd',
      '/atlas/.hidden/file.txt',
      '/atlas/index.html%00.txt',
      '/atlas/models',
      '/atlas/nowhere.html',
    ])('gets nothing at %s', async (target) => {
      const { status, type, body } = await ask(target);
      expect([400, 403, 404]).toContain(status);
      expect(type).toContain('application/problem+json');
      expect(body).not.toMatch(/not for the web|root:/);
    });

    it('learns of no field that /v1/schema/models keeps back', async () => {
      for (const [model, kept, hidden] of [
        ['User', 'display_name', 'password_hash'],
        ['ApiKey', 'revoked_at', 'key_hash'],
        ['FileAccessGrant', 'expires_at', 'token_hash'],
      ] as const) {
        const { status, body } = await ask(`/atlas/models/${model}.html`);
        expect({ model, status, kept: body.includes(kept) }).toEqual({
          ...{ model, status: 200, kept: true },
        });
        expect(body).not.toContain(hidden);
      }
      const index = await ask('/atlas/assets/index.js');
      expect(index.body).toContain('users.display_name');
      expect(index.body).not.toContain('password_hash');
      expect((await ask('/atlas/timeline.html')).body).not.toContain('users.password_hash');
    });
  });
});
