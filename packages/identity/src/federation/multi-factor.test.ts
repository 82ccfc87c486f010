import { expect, it } from 'vitest';
import { isMultiFactor } from './multi-factor.ts';

it.each([
  [{ amr: ['mfa'] }, true],
  [{ amr: ['pwd', 'otp'] }, true],
  [{ amr: ['hwk', 'pin'] }, true],
  [{ amr: ['fpt', 'swk'] }, true],
  [{ acr: 'https://refeds.org/profile/mfa' }, true],
  [{ acr: 'phr', amr: ['pwd'] }, true],
  [{}, false],
  [{ amr: [] }, false],
  [{ amr: 'mfa' }, false],
  [{ amr: ['pwd'] }, false],
  [{ amr: ['pwd', 'pin', 'kba'] }, false],
  [{ amr: ['otp', 'sms'] }, false],
  [{ amr: ['MFA', 'pwd'] }, false],
  [{ acr: '0' }, false],
  [{ acr: ['phr'] }, false],
  [{ acr: 'urn:example:phr' }, false],
])('%j vouches for several factors: %s', (claims, expected) => {
  expect(isMultiFactor(claims)).toBe(expected);
});
