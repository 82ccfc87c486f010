import type { Database } from '@holovitals/database';
import { searchEmpty } from '../errors.ts';
import { findByNumber, findByWords, type RankedTerm } from './loinc.store.ts';
import type { LoincTerm, SearchLoincInput } from './search-loinc.schema.ts';

/** One page of a search, best first. */
export interface LoincPage {
  readonly items: readonly LoincTerm[];
  /** Pass it as `after` to read on; null on the last page. */
  readonly next: string | null;
}

/**
 * Searches LOINC terms by number or by words. Every word must occur, or be
 * the beginning of one that does; any text is safe. Holds no patient data. Fails with `CLINICAL.SEARCH_EMPTY`.
 *
 * @example
 * const page = await searchLoinc(db, { q: 'glucose ser', limit: 10 });
 */
export async function searchLoinc(db: Database, input: SearchLoincInput): Promise<LoincPage> {
  const { limit } = input;
  const after = parseCursor(input.after);
  const rows = /^\d{1,7}(-\d?)?$/.test(input.q)
    ? await findByNumber(db, input.q, limit + 1, after?.loincNumber ?? '')
    : await findByWords(db, wordsOf(input.q), limit + 1, after);
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    items: rows.slice(0, limit).map(withoutRank),
    next: last === undefined ? null : `${last.rank}~${last.loincNumber}`,
  };
}

/** Letters and digits alone: nothing is left that the query language could take for an operator. */
function wordsOf(text: string): string[] {
  const words = text.normalize('NFKC').match(/[\p{L}\p{N}]+/gu) ?? [];
  if (words.length === 0) throw searchEmpty();
  return words.slice(0, 16);
}

function parseCursor(after: string | undefined) {
  const [rank, loincNumber] = after?.split('~') ?? [];
  return rank === undefined || loincNumber === undefined
    ? undefined
    : { rank: Number(rank), loincNumber };
}

function withoutRank({ rank: _rank, ...term }: RankedTerm): LoincTerm {
  return term;
}
