import { expect, it } from 'vitest';
import { releasePlace } from './release-place.ts';

const place = (address: object, isLimited = false) =>
  releasePlace(JSON.stringify([address]), isLimited);
const home = { line: ['1 Elm St'], city: 'Boston', state: 'MA', postalCode: '02115-1234' };

it('leaves the State and three digits of the ZIP code', () => {
  expect(place(home)).toEqual({ state: 'MA', zip3: '021' });
  expect(place({ ...home, country: 'US' })).toEqual({ country: 'US', state: 'MA', zip3: '021' });
});

it('changes three digits to 000 where few people live', () => {
  for (const postalCode of ['03601', '05901', '82101', '89301-0001', '09012']) {
    expect(place({ postalCode })).toEqual({ zip3: '000' });
  }
});

it('keeps town and ZIP code of a limited data set, and no street', () => {
  expect(place(home, true)).toEqual({ state: 'MA', city: 'Boston', zip: '02115-1234' });
  expect(place({ ...home, city: '12 Elm St' }, true)).toEqual({ state: 'MA', zip: '02115-1234' });
});

it('leaves nothing but the country elsewhere, and nothing that is no place', () => {
  expect(place({ state: 'Bayern', postalCode: '80331', country: 'DE' })).toEqual({ country: 'DE' });
  expect(place({ state: 'Elm St 1', postalCode: '0211', country: 'QX' })).toBeNull();
  expect(releasePlace('no JSON', false)).toBeNull();
  expect(releasePlace('[]', false)).toBeNull();
});

it('takes the present address, not an old one', () => {
  const old = { use: 'old', state: 'NY', postalCode: '10001' };
  expect(releasePlace(JSON.stringify([old, home]), false)).toEqual({ state: 'MA', zip3: '021' });
});
