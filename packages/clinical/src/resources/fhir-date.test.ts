import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dayText, formatFhirDate, instantText, parseFhirDate } from './fhir-date.ts';

const roundTrip = (text: string) => {
  const parsed = parseFhirDate(text);
  return parsed === null ? null : formatFhirDate(parsed.at, parsed.precision);
};

describe('a FHIR date', () => {
  it.each([
    '2026',
    '2026-05',
    '2026-05-17',
    '0001',
    '2024-02-29',
    '2026-05-17T10:11:12Z',
    '2026-05-17T10:11:12.345Z',
  ])('keeps as much as was given: %s', (text) => expect(roundTrip(text)).toBe(text));

  it('keeps the instant of another offset, in UTC', () => {
    expect(roundTrip('2026-05-17T00:30:00+02:00')).toBe('2026-05-16T22:30:00Z');
  });

  it.each([
    '',
    '26',
    '0000',
    '2026-13',
    '2026-5-1',
    '2025-02-29',
    '2026-04-31',
    '2026-05-17T10:11:12',
    '2026-05-17 10:11:12Z',
    '2026-05-17T24:00:00Z',
    '2026-05-17T10:11:60Z',
    '20260517',
    '2026-05-17T10:11:12+15:00',
  ])('is not %j', (text) => expect(parseFhirDate(text)).toBeNull());

  it('is read back from any instant', () => {
    const instants = fc.date({
      noInvalidDate: true,
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
    });
    fc.assert(
      fc.property(instants, (at) => {
        expect(parseFhirDate(formatFhirDate(at, null))?.at).toEqual(at);
      }),
    );
  });
});

describe('an instant as PostgreSQL writes it in JSON', () => {
  it.each([
    ['2026-05-17T10:11:12+00:00', '2026-05-17T10:11:12.000Z'],
    ['2026-05-17T10:11:12.3+00:00', '2026-05-17T10:11:12.300Z'],
    ['2026-05-17T10:11:12.345678+00:00', '2026-05-17T10:11:12.345Z'],
    ['2026-05-17T10:11:12+02:00', '2026-05-17T08:11:12.000Z'],
    ['2026-05-17T10:11:12Z', '2026-05-17T10:11:12.000Z'],
  ])('%s is shown as %s', (stored, shown) => expect(instantText(stored)).toBe(shown));

  it('is shown as the calendar has it', () => {
    const instants = fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) });
    fc.assert(
      fc.property(instants, (at) => {
        const stored = at.toISOString().replace(/\.?0*Z$/, '+00:00');
        expect(instantText(stored)).toBe(at.toISOString());
        expect(dayText(stored)).toBe(at.toISOString().slice(0, 10));
      }),
    );
  });
});
