import { isUcumUnit } from '@holovitals/clinical';
import { InternalError } from '@holovitals/errors';
import type { ExportedColumn, ExportedTable } from './plan-export.ts';
import type { ReadRow } from './read-portions.ts';
import { releaseDate, type DateRelease } from './release-date.ts';
import { releaseAge, releaseMeasure } from './release-number.ts';
import { releasePlace } from './release-place.ts';
import { AGE_TERMS, IDENTIFIER_TERMS } from './released-words.ts';

/** What became of the values of a column. */
export interface ColumnTally {
  readonly rule: string;
  /** Left as they are, or under a random id. */
  kept: number;
  /** Made coarser, or moved. */
  generalized: number;
  dropped: number;
}

/** How rows leave. */
export interface RowRelease {
  /** In a limited data set dates, ages and places are less bound. */
  readonly isLimited: boolean;
  datesOf(person: string): DateRelease;
}

type Released = Record<string, unknown>;

/**
 * Releases a row by the rules of its columns, and counts what became of its values. Fields by their
 * names; those without a value are left out.
 */
export async function releaseRow(
  { columns }: ExportedTable,
  row: ReadRow,
  release: RowRelease,
  tallies: ReadonlyMap<string, ColumnTally>,
): Promise<Released> {
  const dates = release.datesOf(String(row['# person']));
  const terms = row['# terms'] as readonly string[];
  const released: Released = {};
  for (const column of columns) {
    const tally = tallies.get(column.name);
    if (tally === undefined) throw new InternalError('A column is not counted.');
    const stored = column.isKey ? row['# alias'] : row[column.column];
    const value = await releaseValue(column, stored, { release, dates, terms, row });
    const held = Number(row[`# ${column.column}`] ?? (stored === null ? 0 : 1));
    if (Array.isArray(value)) {
      tally.kept += value.length;
      tally.dropped += Math.max(0, held - value.length);
      if (value.length > 0) released[column.name] = value as unknown;
    } else if (value === null) {
      tally.dropped += held;
    } else {
      tally[isSame(value, stored) ? 'kept' : 'generalized'] += 1;
      released[column.name] = value;
    }
  }
  return released;
}

interface Circumstances {
  readonly release: RowRelease;
  readonly dates: DateRelease;
  /** The codes of what the row is about. */
  readonly terms: readonly string[];
  readonly row: ReadRow;
}

async function releaseValue(
  { rule, column }: ExportedColumn,
  stored: unknown,
  { release, dates, terms, row }: Circumstances,
): Promise<unknown> {
  if (stored === null || stored === undefined) return null;
  if (rule === 'id' || rule === 'word' || rule === 'code') return stored;
  if (typeof stored !== 'string')
    throw new InternalError(`A value of the rule ${rule} is no text.`);
  switch (rule) {
    case 'date':
      return releaseDate(stored, dates);
    case 'place':
      return releasePlace(stored, release.isLimited);
    case 'unit':
      return (await isPlainUnit(stored)) ? stored : null;
    case 'age':
      return (release.isLimited ? releaseMeasure : releaseAge)(stored);
    case 'measure':
      if (column === 'version') return releaseMeasure(stored);
      if (terms.some((term) => IDENTIFIER_TERMS.has(term))) return null;
      return release.isLimited ? releaseMeasure(stored) : releaseQuantity(stored, terms, row);
    default:
      throw new InternalError(`There is no rule ${rule} of exports.`);
  }
}

/** A quantity that may be the patient's age: in years, or not at all. */
function releaseQuantity(stored: string, terms: readonly string[], row: ReadRow): number | null {
  const unit = row['ucum_code'] ?? row['std_unit'] ?? null;
  if (unit === 'a') return releaseAge(stored);
  if (!terms.some((term) => AGE_TERMS.has(term))) return releaseMeasure(stored);
  return unit === null ? releaseAge(stored) : null;
}

/** A unit of UCUM without a note in braces, which may say anything, or a long number. */
async function isPlainUnit(unit: string): Promise<boolean> {
  return unit.length <= 20 && !/[{}]|\d{4}/.test(unit) && (await isUcumUnit(unit));
}

function isSame(value: unknown, stored: unknown): boolean {
  return typeof value === 'number' ? value === Number(stored) : value === stored;
}
