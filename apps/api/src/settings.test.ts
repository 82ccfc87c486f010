import { describe, expect, it } from 'vitest';
import { readSettings } from './settings.ts';

const APP_DATABASE_URL = 'postgresql://app@127.0.0.1:1/shop';

describe('the settings of the API', () => {
  it('have defaults for all but the database', async () => {
    expect(await readSettings({ APP_DATABASE_URL })).toEqual({
      host: '127.0.0.1',
      port: undefined,
      logLevel: 'info',
      requestsPerMinute: 3000,
      trustedProxies: [],
      databaseUrl: APP_DATABASE_URL,
    });
  });

  it('take proxies as addresses and networks of both families', async () => {
    const settings = await readSettings({
      APP_DATABASE_URL,
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
    ['TRUSTED_PROXIES', 'proxy.example'],
    ['TRUSTED_PROXIES', '10.0.0.0/33'],
    ['TRUSTED_PROXIES', '10.0.0.0/8/8'],
  ])('refuse %s=%s by name', async (name, value) => {
    await expect(readSettings({ APP_DATABASE_URL, [name]: value })).rejects.toMatchObject({
      code: 'API.SETTING_INVALID',
      message: expect.stringContaining(name) as string,
    });
  });
});
