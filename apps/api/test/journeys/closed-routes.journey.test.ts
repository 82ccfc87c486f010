import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAccounts, type Accounts } from '../accounts.ts';

let accounts: Accounts;

beforeAll(async () => {
  accounts = await openAccounts();
});

afterAll(() => accounts.close());

describe('every route', () => {
  it('that says nothing of access asks who calls', async () => {
    const { body } = await accounts.call('GET', '/openapi.json');
    const paths = body['paths'] as Record<string, Record<string, { security?: unknown[] }>>;
    const closed = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([, { security }]) => security === undefined)
        .map(([method]) => [method.toUpperCase(), path] as const),
    );
    expect(closed.length).toBeGreaterThan(10);
    for (const [method, path] of closed) {
      const url = path.replace('{id}', '018f0000-0000-7000-8000-00000000000a');
      for (const token of [
        undefined,
        'nonsense',
        `hvs_${'x'.repeat(43)}`,
        `hvk_${'x'.repeat(43)}`,
      ]) {
        const { status } = await accounts.call(method as 'GET', url, token);
        expect({ method, path, token, status }).toMatchObject({ status: 401 });
      }
    }
  });

  it.each([
    ['{"email":"a@b.de\\u0000","password":"x"}', 400],
    ['[[['.repeat(20_000), 400],
    [`${'['.repeat(60_000)}${']'.repeat(60_000)}`, 400],
    ['{"email":', 400],
    ['"text"', 400],
    [`{"email":"${'a'.repeat(300_000)}"}`, 413],
  ])('refuses an odd body (%#) without a fault of its own', async (payload, status) => {
    const answer = await accounts.platform.server.inject({
      method: 'POST',
      url: '/v1/auth/login',
      headers: { 'content-type': 'application/json' },
      payload,
    });
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toContain('application/problem+json');
  });
});
