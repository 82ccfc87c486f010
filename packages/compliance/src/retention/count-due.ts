import { quoteName, type Session } from '../command/package-command.ts';
import type { DueRows } from './due-rows.ts';

/** How many rows of a table a policy finds, and what keeps them; each row is counted once. */
export interface DueCounts {
  readonly candidates: number;
  readonly held: number;
  readonly minors: number;
  readonly keptLonger: number;
  readonly named: number;
  readonly going: number;
}

/** Counts the due rows of a table. */
export async function countDue(session: Session, table: string, due: DueRows): Promise<DueCounts> {
  const reasons = [due.isHeld, due.isMinors, due.isKeptLonger, due.isNamed];
  const cases = reasons.map((reason, at) => `when coalesce(${reason}, false) then ${at}`).join(' ');
  const { rows } = await session.query<{ reason: number; rows: number }>(
    `select reason, count(*)::int as rows from (
       select case ${cases} else ${reasons.length} end as reason
       from ${quoteName(table)} t where ${due.isCandidate}) judged
     group by reason`,
  );
  const count = (reason: number) => rows.find((row) => row.reason === reason)?.rows ?? 0;
  const [held, minors, keptLonger, named, going] = [0, 1, 2, 3, 4].map(count) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const candidates = held + minors + keptLonger + named + going;
  return { candidates, held, minors, keptLonger, named, going };
}
