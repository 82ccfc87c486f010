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

/** Finds terms whose number begins with `prefix`, in the order of their numbers. */
export function findByNumber(
  db: Database,
  prefix: string,
  limit: number,
  after: string,
): Promise<RankedTerm[]> {
  return db.$queryRaw<RankedTerm[]>`
    select ${COLUMNS}, 1::float8 as rank from loinc_codes
    where loinc_number >= ${prefix} and starts_with(loinc_number, ${prefix})
      and loinc_number > ${after}
    order by loinc_number limit ${limit}`;
}

/** Finds terms that hold every word or its beginning, best first; `words` are bare letters and digits. */
export function findByWords(
  db: Database,
  words: readonly string[],
  limit: number,
  after: { readonly rank: number; readonly loincNumber: string } | undefined,
): Promise<RankedTerm[]> {
  const text = words.map((word) => `${word}:*`).join(' & ');
  const behind =
    after === undefined
      ? Prisma.sql`true`
      : Prisma.sql`(rank, number) < (${after.rank}::float8, ${after.loincNumber})`;
  return db.$queryRaw<RankedTerm[]>`
    select "loincNumber", "commonName", "shortName", component, system, status, "exampleUcumUnits", rank
    from (
      select ${COLUMNS}, loinc_number as number,
             ts_rank_cd(${SEARCHED}, to_tsquery('english'::regconfig, ${text}), 1)::float8 as rank
      from loinc_codes
      where ${SEARCHED} @@ to_tsquery('english'::regconfig, ${text})
    ) as found
    where ${behind}
    order by rank desc, number desc limit ${limit}`;
}
