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
  const term = row['loinc_number'] ?? row['loinc_code'] ?? row['normalized_code'];
  const released: Released = {};
  for (const column of columns) {
    const tally = tallies.get(column.name);
    if (tally === undefined) throw new InternalError('A column is not counted.');
    const stored = column.isKey ? row['# alias'] : row[column.column];
    const value = await releaseValue(column, stored, { release, dates, term, row });
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
  /** The LOINC term of the row, or nothing. */
  readonly term: unknown;
  readonly row: ReadRow;
}

async function releaseValue(
  { rule, column }: ExportedColumn,
  stored: unknown,
  { release, dates, term, row }: Circumstances,
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
      if (typeof term !== 'string') return releaseMeasure(stored);
      if (IDENTIFIER_TERMS.has(term)) return null;
      if (!AGE_TERMS.has(term) || release.isLimited) return releaseMeasure(stored);
      // The age of the patient as an observation: in years, or not at all.
      return (row['ucum_code'] ?? 'a') === 'a' || column === 'version' ? releaseAge(stored) : null;
    default:
      throw new InternalError(`There is no rule ${rule} of exports.`);
  }
}

/** A unit of UCUM without a note in braces, which may say anything, or a long number. */
async function isPlainUnit(unit: string): Promise<boolean> {
  return unit.length <= 20 && !/[{}]|\d{4}/.test(unit) && (await isUcumUnit(unit));
}

function isSame(value: unknown, stored: unknown): boolean {
  return typeof value === 'number' ? value === Number(stored) : value === stored;
}
