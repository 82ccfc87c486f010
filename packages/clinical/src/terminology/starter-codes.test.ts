import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openUcum } from '../resources/ucum.ts';

interface LoincRow {
  readonly loincNumber: string;
  readonly commonName: string;
  readonly exampleUcumUnits: readonly string[];
}
interface ConversionRow {
  readonly loincNumber: string;
  readonly fromUcum: string;
  readonly toUcum: string;
  readonly factor: string;
  readonly offset?: string;
  readonly molarMass?: string;
  readonly citation: string;
}
interface RangeRow {
  readonly loincNumber: string;
  readonly text: string;
  readonly low?: string;
  readonly high?: string;
  readonly ucumUnit: string;
  readonly sex?: string;
  readonly ageMinDays: number;
  readonly ageMaxDays?: number;
  readonly source: string;
}

const ucum = await openUcum();
const terms = seedRows<LoincRow>('20-loinc-codes.json');
const conversions = seedRows<ConversionRow>('30-unit-conversions.json');
const ranges = seedRows<RangeRow>('40-reference-ranges.json');
const unitsOf = new Map(terms.map((term) => [term.loincNumber, term.exampleUcumUnits]));

describe('the starter codes', () => {
  it('have the check digit that LOINC computes (mod 10)', () => {
    expect(terms.filter(({ loincNumber }) => !hasCheckDigit(loincNumber))).toEqual([]);
  });

  it('are counted by their release', () => {
    const [release] = seedRows<{ rowCount: number }>('10-terminology-releases.json');
    expect(release?.rowCount).toBe(terms.length);
  });

  it('have example units that UCUM knows', () => {
    const units = new Set(terms.flatMap(({ exampleUcumUnits }) => exampleUcumUnits));
    expect([...units].filter((unit) => !isUnit(unit))).toEqual([]);
  });
});

describe('the starter conversions', () => {
  it.each(conversions.filter(({ molarMass }) => molarMass !== undefined))(
    '$loincNumber from $fromUcum to $toUcum is what UCUM computes',
    ({ fromUcum, toUcum, factor, molarMass }) => {
      const { toVal } = ucum.convertUnitTo(fromUcum, 1, toUcum, {
        molecularWeight: Number(molarMass),
      });
      expect(Math.abs(Number(factor) / Number(toVal) - 1)).toBeLessThan(1e-5);
    },
  );

  it('rest on the molar mass of the formula that they cite', () => {
    const odd = conversions.filter(({ citation, molarMass }) => {
      const formula = /, ((?:[A-Z][a-z]?\d*){2,})\b/.exec(citation)?.[1];
      return formula !== undefined && !(Math.abs(massOf(formula) / Number(molarMass) - 1) < 1e-4);
    });
    expect(odd).toEqual([]);
    expect(massOf('H2O')).toBeCloseTo(18.015, 3);
  });

  it('start from a unit their code is reported in, and end in another that UCUM knows', () => {
    const odd = conversions.filter(
      ({ loincNumber, fromUcum, toUcum }) =>
        unitsOf.get(loincNumber)?.includes(fromUcum) !== true || !isUnit(toUcum),
    );
    expect(odd).toEqual([]);
  });

  it('follow the IFCC-NGSP master equation for haemoglobin A1c', () => {
    const [row] = conversions.filter(({ loincNumber }) => loincNumber === '4548-4');
    const ifcc = 48;
    const ngsp = 0.0915 * ifcc + 2.15;
    expect(Number(row?.factor) * ngsp + Number(row?.offset)).toBeCloseTo(ifcc, 1);
  });
});

describe('the starter ranges', () => {
  it('name their source, a code of the set and a unit it is reported in', () => {
    const odd = ranges.filter(
      ({ loincNumber, ucumUnit, source }) =>
        source === '' || unitsOf.get(loincNumber)?.includes(ucumUnit) !== true,
    );
    expect(odd).toEqual([]);
  });

  it('have bounds in order', () => {
    const odd = ranges.filter(
      ({ low, high, ageMinDays, ageMaxDays }) =>
        (low === undefined && high === undefined) ||
        Number(low ?? -Infinity) >= Number(high ?? Infinity) ||
        ageMinDays >= (ageMaxDays ?? Infinity),
    );
    expect(odd).toEqual([]);
  });

  it('apply at most once to a person of an age and a sex', () => {
    for (const code of new Set(ranges.map(({ loincNumber }) => loincNumber))) {
      for (const sex of ['MALE', 'FEMALE']) {
        const bands = ranges
          .filter((range) => range.loincNumber === code && (range.sex ?? sex) === sex)
          .sort((a, b) => a.ageMinDays - b.ageMinDays);
        const overlapping = bands.filter(
          (band, index) =>
            index > 0 && band.ageMinDays <= (bands[index - 1]?.ageMaxDays ?? Infinity),
        );
        expect(overlapping).toEqual([]);
      }
    }
  });
});

/** Abridged standard atomic weights of IUPAC's CIAAW. */
const ATOMIC_WEIGHTS: Readonly<Record<string, number>> = {
  H: 1.008,
  C: 12.011,
  N: 14.007,
  O: 15.999,
  P: 30.974,
  Co: 58.933,
  I: 126.9,
};

function massOf(formula: string): number {
  return [...formula.matchAll(/([A-Z][a-z]?)(\d*)/g)].reduce(
    (sum, [, element = '', count]) =>
      sum + (ATOMIC_WEIGHTS[element] ?? NaN) * Number(count === '' ? 1 : count),
    0,
  );
}

function isUnit(unit: string): boolean {
  return ucum.validateUnitString(unit).status === 'valid';
}

/** Luhn's check digit, as the LOINC users' guide gives it. */
function hasCheckDigit(loincNumber: string): boolean {
  const [body = '', digit] = loincNumber.split('-');
  const sum = [...body].reverse().reduce((total, character, index) => {
    const value = Number(character) * (index % 2 === 0 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return (10 - (sum % 10)) % 10 === Number(digit);
}

function seedRows<Row>(file: string): Row[] {
  const url = new URL(`../../seeds/${file}`, import.meta.url);
  return (JSON.parse(readFileSync(url, 'utf8')) as { rows: Row[] }).rows;
}
