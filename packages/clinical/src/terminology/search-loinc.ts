import type { Database } from '@holovitals/database';
import { searchEmpty } from '../errors.ts';
import {
  byLikeness,
  byNumber,
  byWords,
  findTerms,
  type Position,
  type RankedTerm,
} from './loinc.store.ts';
import type { LoincTerm, SearchLoincInput } from './search-loinc.schema.ts';

/** One page of a search, best first. */
export interface LoincPage {
  readonly items: readonly LoincTerm[];
  /** Pass it as `after` to read on; null on the last page. */
  readonly next: string | null;
}

/**
 * Searches LOINC terms by number or by words. Every word must occur, or be the
 * beginning of one that does; where no term has them all, those that look most
 * alike are found. Any text is safe. Holds no patient data. Fails with `CLINICAL.SEARCH_EMPTY`.
 *
 * @example
 * const page = await searchLoinc(db, { q: 'glucose ser', limit: 10 });
 */
export async function searchLoinc(db: Database, input: SearchLoincInput): Promise<LoincPage> {
  const { q, limit } = input;
  const after = parseCursor(input.after);
  if (/^\d{1,7}(-\d?)?$/.test(q)) {
    const search = byNumber(q, limit + 1, after?.loincNumber ?? '');
    return pageOf('words', await findTerms(db, search), limit);
  }
  const words = wordsOf(q);
  if (after?.found !== 'likeness') {
    const rows = await findTerms(db, byWords(words, limit + 1, after));
    if (rows.length > 0 || after !== undefined) return pageOf('words', rows, limit);
  }
  const rows = await findTerms(db, byLikeness(words.join(' '), limit + 1, after));
  return pageOf('likeness', rows, limit);
}

/** How the terms of a page were found: the next page goes on in the same way. */
type Found = 'words' | 'likeness';

function pageOf(found: Found, rows: readonly RankedTerm[], limit: number): LoincPage {
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  return {
    items: rows.slice(0, limit).map(withoutRank),
    next: last === undefined ? null : `${found}~${last.rank}~${last.loincNumber}`,
  };
}

/** Letters and digits alone: nothing is left that the query language could take for an operator. */
function wordsOf(text: string): string[] {
  const words = text.normalize('NFKC').match(/[\p{L}\p{N}]+/gu) ?? [];
  if (words.length === 0) throw searchEmpty();
  return words.slice(0, 16);
}

function parseCursor(after: string | undefined): (Position & { found: Found }) | undefined {
  const [found, rank, loincNumber] = after?.split('~') ?? [];
  return rank === undefined || loincNumber === undefined
    ? undefined
    : { found: found === 'likeness' ? found : 'words', rank: Number(rank), loincNumber };
}

function withoutRank({ rank: _rank, ...term }: RankedTerm): LoincTerm {
  return term;
}
