import { Prisma, type Database } from '@holovitals/database';
import type { LoincTerm } from './search-loinc.schema.ts';

/** A term with its rank; the higher, the better it fits. */
export interface RankedTerm extends LoincTerm {
  readonly rank: number;
}

const COLUMNS = Prisma.sql`
  loinc_number as "loincNumber", common_name as "commonName", short_name as "shortName",
  component, system, status, example_ucum_units as "exampleUcumUnits"`;

/** The indexed text, letter for letter as in `loinc_codes_search_idx`. */
const SEARCHED = Prisma.sql`
  to_tsvector('english'::regconfig,
    common_name || ' ' || coalesce(short_name, '') || ' ' || coalesce(component, ''))`;

/** Where a page of a ranked search ended. */
export interface Position {
  readonly rank: number;
  readonly loincNumber: string;
}

/** Finds terms whose number begins with `prefix`, in the order of their numbers. */
export function byNumber(prefix: string, limit: number, after: string): Prisma.Sql {
  return Prisma.sql`
    select ${COLUMNS}, 1::float8 as rank from loinc_codes
    where loinc_number >= ${prefix} and starts_with(loinc_number, ${prefix})
      and loinc_number > ${after}
    order by loinc_number limit ${limit}`;
}

/** Finds terms that hold every word or its beginning, best first; `words` are bare letters and digits. */
export function byWords(words: readonly string[], limit: number, after?: Position): Prisma.Sql {
  const text = words.map((word) => `${word}:*`).join(' & ');
  const query = Prisma.sql`to_tsquery('english'::regconfig, ${text})`;
  return ranked(
    Prisma.sql`ts_rank_cd(${SEARCHED}, ${query}, 1)::float8`,
    Prisma.sql`${SEARCHED} @@ ${query}`,
    limit,
    after,
  );
}

/** Finds terms with a stretch that looks like `text`, most alike first: for what is misspelt. */
export function byLikeness(text: string, limit: number, after?: Position): Prisma.Sql {
  return ranked(
    Prisma.sql`word_similarity(${text}, common_name)::float8`,
    Prisma.sql`${text} <% common_name`,
    limit,
    after,
  );
}

/** Runs one of these searches. */
export function findTerms(db: Database, search: Prisma.Sql): Promise<RankedTerm[]> {
  return db.$queryRaw<RankedTerm[]>(search);
}

function ranked(rank: Prisma.Sql, condition: Prisma.Sql, limit: number, after?: Position) {
  const behind =
    after === undefined
      ? Prisma.sql`true`
      : Prisma.sql`(rank, number) < (${after.rank}::float8, ${after.loincNumber})`;
  return Prisma.sql`
    select "loincNumber", "commonName", "shortName", component, system, status, "exampleUcumUnits", rank
    from (
      select ${COLUMNS}, loinc_number as number, ${rank} as rank
      from loinc_codes where ${condition}
    ) as found
    where ${behind}
    order by rank desc, number desc limit ${limit}`;
}
