import type { SchemaManifest } from '@holovitals/schema-composer';
import { namesIn } from '../objects/find-dependents.ts';
import { compareStates, type DatabaseState } from '../replay/database-state.ts';
import { describeRefusal, type Refusal } from '../replay/replay-migrations.ts';
import type { BranchMigration, Branches } from './read-branches.ts';

/** What came of one order: the state at its end, or where it stopped. */
export type OrderOutcome = DatabaseState | Refusal;

/** What came of both orders. */
export interface Orders {
  readonly theirsFirst: OrderOutcome;
  readonly oursFirst: OrderOutcome;
  /** Columns whose values differ each time. */
  readonly ofChance?: ReadonlySet<string> | undefined;
}

/** One thing that the order of the branches decides. */
export interface RebaseConflict {
  /** `column public.items.price`, `rows of public.items`; a migration that does not run. */
  readonly identity: string;
  /** The domains whose tables are concerned. */
  readonly domains: readonly string[];
  /** The migrations of each side that name it. */
  readonly theirs: readonly string[];
  readonly ours: readonly string[];
  /** What it is in either order; null is absence. */
  readonly theirsFirst: string | null;
  readonly oursFirst: string | null;
}

/** Tells what differs between both orders, and whose it is. */
export function findConflicts(
  manifest: SchemaManifest,
  branches: Pick<Branches, 'theirs' | 'ours'>,
  { theirsFirst, oursFirst, ofChance }: Orders,
): RebaseConflict[] {
  if ('why' in theirsFirst || 'why' in oursFirst) {
    return [
      ...('why' in theirsFirst ? [ofRefusal(manifest, branches, theirsFirst, 'theirsFirst')] : []),
      ...('why' in oursFirst ? [ofRefusal(manifest, branches, oursFirst, 'oursFirst')] : []),
    ];
  }
  const differences = compareStates(theirsFirst, oursFirst, ofChance);
  return differences.map(({ identity, relation, left, right }) => {
    const names = relation === null ? namesIn(identity) : [relation];
    return {
      identity,
      ...involved(manifest, branches, names),
      ...{ theirsFirst: left, oursFirst: right },
    };
  });
}

/** Says a conflict in one line. */
export function describeConflict(conflict: RebaseConflict): string {
  const { identity, domains, theirs, ours, theirsFirst, oursFirst } = conflict;
  const owners = domains.length === 0 ? 'of no domain' : `of ${domains.join(', ')}`;
  const by = [...theirs, ...ours].join(', ');
  const told = `${identity} (${owners}; ${by})`;
  if (identity.startsWith('migration ')) {
    const order = theirsFirst === null ? 'theirs after ours' : 'ours after theirs';
    return `${told}, ${order}: ${theirsFirst ?? oursFirst ?? ''}`;
  }
  const [there = '', here = ''] = [theirsFirst, oursFirst].map((it) => it ?? 'absent');
  return `${told}: ${there} where theirs run first, ${here} where ours do.`;
}

function ofRefusal(
  manifest: SchemaManifest,
  branches: Pick<Branches, 'theirs' | 'ours'>,
  refusal: Refusal,
  order: 'theirsFirst' | 'oursFirst',
): RebaseConflict {
  const { migration, statement } = refusal;
  const concerned = involved(manifest, branches, namesIn(statement?.sql ?? ''));
  const side = branches.theirs.some(({ name }) => name === migration) ? 'theirs' : 'ours';
  const own = branches[side].find(({ name }) => name === migration)?.domains ?? [];
  return {
    identity: `migration ${migration}`,
    ...concerned,
    domains: concerned.domains.length > 0 ? concerned.domains : own,
    ...{ theirsFirst: null, oursFirst: null },
    [order]: `does not run: ${describeRefusal(refusal)}`,
  };
}

/** Who owns the tables among names, and which migrations use those names. */
function involved(
  { models }: SchemaManifest,
  { theirs, ours }: Pick<Branches, 'theirs' | 'ours'>,
  names: readonly string[],
) {
  const tables = models.filter(({ table }) => names.includes(table));
  const sought = tables.length > 0 ? tables.map(({ table }) => table) : names;
  const naming = (side: readonly BranchMigration[]) =>
    side.filter(({ sql }) => namesIn(sql).some((name) => sought.includes(name)));
  const [there, here] = [naming(theirs), naming(ours)];
  const owners = tables.map(({ domain }) => domain);
  const domains = owners.length > 0 ? owners : [...there, ...here].flatMap((it) => it.domains);
  return {
    domains: [...new Set(domains)].sort(),
    theirs: there.map(({ name }) => name),
    ours: here.map(({ name }) => name),
  };
}
