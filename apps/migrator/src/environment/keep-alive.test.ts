import { expect, it } from 'vitest';
import { resolveKeepAlive } from './keep-alive.ts';

const delayOf = (text: string) => resolveKeepAlive({ MIGRATOR_KEEP_ALIVE: text });

it('keeps connections alive after half a minute, or as told', () => {
  expect(resolveKeepAlive({})).toEqual({ keepAlive: true, keepAliveInitialDelayMillis: 30_000 });
  expect(delayOf('')).toEqual(resolveKeepAlive({}));
  expect(delayOf('5000')).toMatchObject({ keepAlive: true, keepAliveInitialDelayMillis: 5_000 });
  expect(delayOf('0')).toMatchObject({ keepAlive: false });
});

it.each(['-1', '1s', ' ', '1e3'])('refuses %j', (text) => {
  expect(() => delayOf(text)).toThrow(
    expect.objectContaining({ code: 'MIGRATOR.ENVIRONMENT_INVALID' }),
  );
});
