import { assertApplicationRole, createClient } from '@holovitals/database';
import type { SchemaDatabase } from '@holovitals/database/testing';
import { Validator } from '@seriousme/openapi-schema-validator';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Server } from '../src/routes.ts';
import { openTestPlatform, type TestPlatform } from './test-platform.ts';

let platform: TestPlatform;
let database: SchemaDatabase;
let server: Server;

beforeAll(async () => {
  platform = await openTestPlatform();
  ({ database, server } = platform);
});

afterAll(() => platform.close());

async function get(
  url: string,
): Promise<{ status: number; type: string; requestId: unknown; body: Body }> {
  const answer = await server.inject({ method: 'GET', url });
  const type = String(answer.headers['content-type']).split(';')[0] ?? '';
  return {
    ...{ status: answer.statusCode, type, requestId: answer.headers['x-request-id'] },
    body: answer.json<Body>(),
  };
}

interface Body {
  readonly items: { readonly name: string; readonly loincNumber: string }[];
  readonly next: string | null;
  readonly [key: string]: unknown;
}

describe('the API', () => {
  it('is alive, and ready once migrations and objects are applied', async () => {
    expect((await get('/health/live')).body).toEqual({ live: true });
    expect((await get('/health/ready')).body).toEqual({ ready: true, reasons: [] });
  });

  it('is not ready while a migration is pending', async () => {
    const owner = new pg.Client({ connectionString: database.url });
    await owner.connect();
    await owner.query('update _prisma_migrations set rolled_back_at = now()');
    expect(await get('/health/ready')).toMatchObject({
      status: 503,
      body: { ready: false, reasons: ['migrations'] },
    });
    await owner.query('update _prisma_migrations set rolled_back_at = null');
    await owner.end();
  });

  it('starts as the application role and refuses its owner', async () => {
    await expect(assertApplicationRole(platform.identity.db)).resolves.toBeUndefined();
    const owner = createClient({ url: database.url });
    await expect(assertApplicationRole(owner)).rejects.toMatchObject({
      code: 'DATABASE.ROLE_TOO_POWERFUL',
    });
    await owner.$disconnect();
  });

  it('lists roles page by page, without a gap or a double', async () => {
    const names: string[] = [];
    let after = '';
    for (;;) {
      const { body } = await get(`/v1/roles?limit=1${after}`);
      names.push(...body.items.map(({ name }) => name));
      if (body.next === null) break;
      after = `&after=${encodeURIComponent(body.next)}`;
    }
    expect(names).toEqual(['ADMIN', 'DOCTOR', 'OWNER', 'PATIENT']);
  });

  it('finds LOINC terms by number, by the beginning of a number, and by unfinished words', async () => {
    const numbers = async (q: string) =>
      (await get(`/v1/terminology/loinc?q=${encodeURIComponent(q)}`)).body.items.map(
        ({ loincNumber }) => loincNumber,
      );
    expect(await numbers('2345-7')).toEqual(['2345-7']);
    expect(await numbers('234')).toContain('2345-7');
    expect(await numbers('gluc ser')).toContain('2345-7');
    expect(await numbers('no such analyte')).toEqual([]);
  });

  it('pages through a search and meets every term once', async () => {
    const seen: string[] = [];
    let after = '';
    for (;;) {
      const { body } = await get(`/v1/terminology/loinc?q=blood&limit=3${after}`);
      seen.push(...body.items.map(({ loincNumber }) => loincNumber));
      if (body.next === null) break;
      after = `&after=${encodeURIComponent(body.next)}`;
    }
    const whole = (await get('/v1/terminology/loinc?q=blood&limit=100')).body.items;
    expect(seen).toEqual(whole.map(({ loincNumber }) => loincNumber));
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThan(10);
  });

  it.each(['!!! & |', "'; drop table roles; --", '\u0000', '((()))', ':*', '🩺', 'a'.repeat(200)])(
    'answers odd search text %j without a fault of its own',
    async (q) => {
      const { status } = await get(`/v1/terminology/loinc?q=${encodeURIComponent(q)}`);
      expect([200, 400]).toContain(status);
    },
  );

  it('shows the public part of the manifest, without secret fields', async () => {
    const { body } = await get('/v1/schema/models/User');
    const names = (body['fields'] as { name: string }[]).map(({ name }) => name);
    expect(names).toContain('email');
    expect(names).not.toContain('passwordHash');
  });

  it.each([
    ['/nope', 404],
    ['/v1/roles?limit=0', 400],
    ['/v1/roles?unknown=1', 400],
    ['/v1/schema/models/Nothing', 404],
    ['/v1/roles?after=%00', 400],
    ['/%zz', 400],
    [`/v1/schema/models/${'a'.repeat(201)}`, 414],
  ])('answers %s with problem details', async (url, status) => {
    const answer = await get(url);
    expect(answer).toMatchObject({ status, type: 'application/problem+json' });
    expect(answer.requestId).toBe(answer.body['requestId']);
    expect(answer.body).toMatchObject({ status, requestId: expect.any(String) as string });
  });

  it('takes a well-formed request id and makes its own for another', async () => {
    const idFor = async (given: string) =>
      (await server.inject({ url: '/health/live', headers: { 'x-request-id': given } })).headers[
        'x-request-id'
      ];
    expect(await idFor('abc-1')).toBe('abc-1');
    expect(await idFor('a b<script>')).not.toContain('script');
  });

  it('finishes what it was asked before it closes', async () => {
    let isAsked = () => {};
    let release = () => {};
    const asked = new Promise<void>((resolve) => (isAsked = resolve));
    const held = new Promise<void>((resolve) => (release = resolve));
    const other = await openTestPlatform({
      async readReadiness() {
        isAsked();
        await held;
        return [];
      },
    });
    const base = await other.server.listen({ host: '127.0.0.1', port: 0 });
    const answer = fetch(`${base}/health/ready`);
    await asked;
    const closed = other.close();
    while (other.server.server.listening) await new Promise((resolve) => setImmediate(resolve));
    release();
    expect((await answer).status).toBe(200);
    expect((await answer).headers.get('connection')).toBe('close');
    await closed;
    await expect(fetch(`${base}/health/live`)).rejects.toThrow();
  });

  it('describes every route in a valid OpenAPI 3.1 document: openapi.json', async () => {
    const { body } = await get('/openapi.json');
    expect(body['openapi']).toBe('3.1.0');
    const { valid, errors } = await new Validator().validate(structuredClone(body));
    expect({ valid, errors }).toEqual({ valid: true, errors: undefined });
    await expect(`${JSON.stringify(body, null, 2)}\n`).toMatchFileSnapshot('../openapi.json');
  });

  it('gives every operation a summary, a tag and a problem as its default answer', async () => {
    const { body } = await get('/openapi.json');
    const operations = Object.values(body['paths'] as Record<string, object>).flatMap((path) =>
      Object.values(path as Record<string, Operation>),
    );
    for (const { summary, tags, responses } of operations) {
      expect(summary).toBeTruthy();
      expect(tags).toHaveLength(1);
      expect(responses['default']).toEqual({ $ref: '#/components/responses/Problem' });
      expect('429' in responses).toBe(!tags?.includes('health'));
    }
  });
});

interface Operation {
  readonly summary?: string;
  readonly tags?: string[];
  readonly responses: Record<string, unknown>;
}
