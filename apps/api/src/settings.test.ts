import { describe, expect, it } from 'vitest';
import { readSettings } from './settings.ts';

const REQUIRED = {
  APP_DATABASE_URL: 'postgresql://app@127.0.0.1:1/shop',
  ENCRYPTION_KEY: 'ab12cd34'.repeat(8),
  SESSION_SECRET: 'cd'.repeat(64),
};

describe('the settings of the API', () => {
  it('have defaults for all but the database', async () => {
    expect(await readSettings(REQUIRED)).toEqual({
      host: '127.0.0.1',
      fileFolder: expect.stringMatching(/\.data\/secure-files$/) as string,
      port: undefined,
      logLevel: 'info',
      requestsPerMinute: 0,
      trustedProxies: [],
      connections: {
        maxConnections: 10,
        connectTimeoutMs: 5_000,
        keepAliveMs: 30_000,
        limits: {
          statementTimeoutMs: 60_000,
          lockTimeoutMs: 10_000,
          idleInTransactionTimeoutMs: 60_000,
        },
      },
      databaseUrl: REQUIRED.APP_DATABASE_URL,
      encryptionKey: expect.objectContaining({ reference: null }) as object,
      codeKey: Buffer.from(REQUIRED.SESSION_SECRET),
      relyingParty: { id: 'localhost', origins: ['http://localhost:3000'] },
      oidc: { networks: ['127.0.0.0/8', '::1'], authorities: [], timeoutMs: 5_000 },
      smtp: undefined,
    });
    const production = await readSettings({ ...REQUIRED, NODE_ENV: 'production' });
    expect(production).toMatchObject({
      ...{ requestsPerMinute: 3000, relyingParty: null, oidc: { networks: [] } },
    });
  });

  it.each(['ENCRYPTION_KEY', 'SESSION_SECRET'])(
    'ask for %s, and take no placeholder',
    async (name) => {
      for (const value of [undefined, '', 'your-secret-here']) {
        await expect(readSettings({ ...REQUIRED, [name]: value })).rejects.toMatchObject({
          code: 'API.SETTING_MISSING',
        });
      }
    },
  );

  it('take the key-encryption key from one of three places', async () => {
    const served = { ...REQUIRED, ENCRYPTION_KEY: '', ENCRYPTION_KMS_KEY_ID: 'alias/one' };
    const { encryptionKey } = await readSettings(served);
    expect(encryptionKey.reference).toBe('alias/one');
    const two = { ...REQUIRED, ENCRYPTION_KEY_FILE: '/run/secrets/kek' };
    await expect(readSettings(two)).rejects.toMatchObject({
      code: 'DATABASE.ENCRYPTION_KEY_AMBIGUOUS',
    });
  });

  it('take a mail server, with a sender', async () => {
    const SMTP_HOST = 'mail.example.org';
    await expect(readSettings({ ...REQUIRED, SMTP_HOST })).rejects.toMatchObject({
      code: 'API.SETTING_MISSING',
    });
    const { smtp } = await readSettings({ ...REQUIRED, SMTP_HOST, SMTP_FROM: 'a@example.org' });
    expect(smtp).toEqual({ host: SMTP_HOST, port: 587, from: 'a@example.org', requireTls: false });
  });

  it('take a site for passkeys, whose domain its origins lie in', async () => {
    const one = await readSettings({ ...REQUIRED, APP_ORIGINS: 'https://app.example.org' });
    expect(one.relyingParty).toEqual({
      id: 'app.example.org',
      origins: ['https://app.example.org'],
    });
    const two = await readSettings({
      ...REQUIRED,
      APP_ORIGINS: 'https://app.example.org, https://example.org:8443',
      WEBAUTHN_RP_ID: 'example.org',
    });
    expect(two.relyingParty).toEqual({
      id: 'example.org',
      origins: ['https://app.example.org', 'https://example.org:8443'],
    });
  });

  it('keep files in the checkout in development, and in production where they are told to', async () => {
    const { fileFolder } = await readSettings(REQUIRED);
    expect(fileFolder).toMatch(/\/\.data\/secure-files$/);
    const SECURE_FILE_STORAGE_PATH = '/srv/files';
    expect((await readSettings({ ...REQUIRED, SECURE_FILE_STORAGE_PATH })).fileFolder).toBe(
      '/srv/files',
    );
    const production = {
      ...REQUIRED,
      NODE_ENV: 'production',
      APP_DATABASE_URL: 'postgresql://x/y',
    };
    expect((await readSettings(production)).fileFolder).toBeNull();
  });

  it('take proxies as addresses and networks of both families', async () => {
    const settings = await readSettings({
      ...REQUIRED,
      TRUSTED_PROXIES: '10.0.0.0/8, ::1,fd00::/8',
    });
    expect(settings.trustedProxies).toEqual(['10.0.0.0/8', '::1', 'fd00::/8']);
  });

  it.each([
    ['PORT', '65536'],
    ['PORT', 'http'],
    ['LOG_LEVEL', 'loud'],
    ['RATE_LIMIT', '-1'],
    ['RATE_LIMIT', '1.5'],
    ['RATE_LIMIT', 'many'],
    ['DATABASE_POOL_SIZE', '0'],
    ['DATABASE_STATEMENT_TIMEOUT', '1s'],
    ['DATABASE_LOCK_TIMEOUT', '-1'],
    ['DATABASE_IDLE_TIMEOUT', '1e3'],
    ['DATABASE_CONNECT_TIMEOUT', '0'],
    ['DATABASE_KEEP_ALIVE', '-1'],
    ['TRUSTED_PROXIES', 'proxy.example'],
    ['TRUSTED_PROXIES', '10.0.0.0/33'],
    ['TRUSTED_PROXIES', '10.0.0.0/8/8'],
    ['OIDC_NETWORKS', 'login.example.org'],
    ['OIDC_CA_FILE', '/nowhere/ca.pem'],
    ['OIDC_CA_FILE', import.meta.filename],
    ['APP_ORIGINS', 'app.example.org'],
    ['APP_ORIGINS', 'http://app.example.org'],
    ['APP_ORIGINS', 'https://app.example.org/'],
    ['WEBAUTHN_RP_ID', 'other.example', { APP_ORIGINS: 'https://app.example.org' }],
    ['WEBAUTHN_RP_ID', 'xample.org', { APP_ORIGINS: 'https://example.org' }],
  ])('refuse %s=%s by name', async (name, value, others: NodeJS.ProcessEnv = {}) => {
    await expect(readSettings({ ...REQUIRED, ...others, [name]: value })).rejects.toMatchObject({
      code: 'API.SETTING_INVALID',
      message: expect.stringContaining(name) as string,
    });
  });
});
