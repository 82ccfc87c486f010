import type pg from 'pg';
import { isCodedError } from '@holovitals/errors';
import { describeDatabaseError, isDatabaseError } from '../connection/database-error.ts';
import { databaseFault } from '../errors.ts';
import { runAlone } from './apply-alone.ts';
import type { MigrationRun } from './apply-together.ts';

/** A partition whose index lacks in that of its parent; names are quoted. */
interface LackingIndex {
  readonly parentIndex: string;
  /** The index of the whole table, without quotes. */
  readonly root: string;
  readonly partition: string;
  readonly isPartitioned: boolean;
  readonly isUnique: boolean;
  /** What follows the table's name in `CREATE INDEX`. */
  readonly definition: string;
  readonly schema: string;
  /** What it is to be called. */
  readonly name: string;
  /** An index of that name stands there: it is usable, being built, or the rest of a build that failed. */
  readonly found: 'usable' | 'building' | 'invalid' | null;
}

/**
 * Completes the indexes of partitioned tables that are invalid since partitions lack theirs: those
 * of partitions that no migration knows are built beside readers and writers, and attached. What a
 * build that failed has left is dropped first. What others make is told, and left alone: an index that
 * is not declared, and one that is being built.
 *
 * @param isDeclared tells whether a migration or the schema names an index
 * @throws CodedError `MIGRATOR.DATABASE_FAULT`, `MIGRATOR.LOCK_UNAVAILABLE`
 */
export async function completeIndexes(
  run: Pick<MigrationRun, 'client' | 'locks' | 'onProgress'>,
  isDeclared: (index: string) => boolean,
): Promise<void> {
  const done = new Set<string>();
  for (;;) {
    const all = await readLacking(run.client);
    const keyOf = ({ parentIndex, partition }: LackingIndex) => `${parentIndex} ${partition}`;
    const lacking = all.filter((it) => !done.has(keyOf(it)));
    if (lacking.length === 0) return;
    for (const index of lacking) {
      done.add(keyOf(index));
      const doing = `the index ${index.name} of ${index.partition}`;
      const other = index.found === 'building' ? 'another session builds' : 'no migration makes';
      if (index.found === 'building' || !isDeclared(index.root)) {
        run.onProgress(`warning: ${doing} is not completed: ${other} ${index.parentIndex}`);
        continue;
      }
      run.onProgress(`building ${doing}`);
      try {
        for (const statement of statementsFor(index)) await runAlone(run, doing, statement);
      } catch (error) {
        if (isCodedError(error) || !isDatabaseError(error)) throw error;
        throw databaseFault(doing, describeDatabaseError(error));
      }
    }
  }
}

function statementsFor(index: LackingIndex): string[] {
  const { partition, isPartitioned, isUnique, schema, name, found, definition } = index;
  const create = `create ${isUnique ? 'unique ' : ''}index`;
  const build = isPartitioned
    ? `${create} ${name} on only ${partition} ${definition}`
    : `${create} concurrently ${name} on ${partition} ${definition}`;
  return [
    ...(found === 'invalid' && !isPartitioned ? [`drop index concurrently ${schema}.${name}`] : []),
    ...(found === 'usable' || (found === 'invalid' && isPartitioned) ? [] : [build]),
    `alter index ${index.parentIndex} attach partition ${schema}.${name}`,
  ];
}

async function readLacking(client: pg.Client): Promise<LackingIndex[]> {
  const { rows } = await client.query<LackingIndex>(
    `select format('%I.%I', ns.nspname, pi.relname) as "parentIndex",
            (select r.relname from pg_class r where r.oid = pg_partition_root(pi.oid)) as root,
            format('%I.%I', cs.nspname, c.relname) as partition,
            c.relkind = 'p' as "isPartitioned", x.indisunique as "isUnique",
            substring(pg_get_indexdef(pi.oid) from ' (USING .*)$') as definition,
            quote_ident(cs.nspname) as schema, quote_ident(w.name) as name,
            case when f.indexrelid is null then null
                 when f.indisvalid then 'usable'
                 when exists (select from pg_stat_progress_create_index p where p.index_relid = f.indexrelid)
                   then 'building'
                 else 'invalid' end as found
     from pg_index x
     join pg_class pi on pi.oid = x.indexrelid and pi.relkind = 'I'
     join pg_namespace ns on ns.oid = pi.relnamespace
     join pg_inherits h on h.inhparent = x.indrelid
     join pg_class c on c.oid = h.inhrelid and c.relkind in ('r', 'p')
     join pg_namespace cs on cs.oid = c.relnamespace
     cross join lateral (select left(pi.relname, 5) || '_' || md5(c.relname || '/' || pi.relname)
                           || '_part' as name) w
     left join (pg_index f join pg_class fi on fi.oid = f.indexrelid)
       on f.indrelid = c.oid and fi.relname = w.name
     where not x.indisvalid and x.indislive
       and not exists (select from pg_constraint k where k.conindid = pi.oid)
       and not exists (select from pg_inherits a join pg_index ai on ai.indexrelid = a.inhrelid
                       where a.inhparent = pi.oid and ai.indrelid = c.oid)
     order by 1, 2`,
  );
  return rows;
}
