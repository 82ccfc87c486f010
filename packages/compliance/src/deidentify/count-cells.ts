import type { Session } from '../command/package-command.ts';

/** A class of fewer people than this is small (CMS's cell size suppression policy). */
const SMALL = 11;

/** How many people share all that is told of a person; who is alone is found most easily. */
export interface SmallCells {
  /** Size of the smallest class, k of k-anonymity; null where there is nobody. */
  readonly k: number | null;
  readonly classes: number;
  /** People in classes of fewer than eleven. */
  readonly peopleInSmall: number;
}

/** Notes what the export tells of people. */
export async function noteCells(
  session: Session,
  people: readonly Readonly<Record<string, unknown>>[],
): Promise<void> {
  const cells = people.map(({ id: _, version: __, ...told }) => JSON.stringify(told));
  await session.query(`insert into export_cells select unnest($1::text[])`, [cells]);
}

/** Counts the classes of people of whom the same is told. */
export async function countCells(session: Session): Promise<SmallCells> {
  const { rows } = await session.query<SmallCells>(
    `select min(people)::float8 as k, count(*)::float8 as classes,
       coalesce(sum(people) filter (where people < ${SMALL}), 0)::float8 as "peopleInSmall"
     from (select count(*) as people from export_cells group by cell) as class`,
  );
  return rows[0] ?? { k: null, classes: 0, peopleInSmall: 0 };
}
