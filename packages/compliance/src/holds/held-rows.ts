import { quoteName, type Session } from '../command/package-command.ts';
import { joinOf, type ForeignKey } from '../retention/foreign-keys.ts';

/** Ids under live holds, by what they are ids of. */
export type HeldIds = Readonly<Record<HeldTable, readonly string[]>>;

const SCOPES = {
  Patient: 'patients',
  User: 'users',
  Organization: 'organizations',
  Document: 'documents',
  SecureFile: 'secure_files',
  BreachIncident: 'breach_incidents',
  AuditLogArchive: 'audit_log_archives',
  DataRetentionPolicy: 'data_retention_policies',
} as const;

type HeldTable = (typeof SCOPES)[keyof typeof SCOPES];

/** How many keys away a held row may be for a row to belong to it. */
const REACH = 3;

/**
 * Reads what live holds cover. A hold on a patient covers the records merged with it. Days that a
 * hold names are left aside here: it keeps all that belongs to its scope.
 */
export async function readHeldIds(session: Session): Promise<HeldIds> {
  const { rows } = await session.query<{ type: keyof typeof SCOPES; ids: readonly string[] }>(
    `select scope_type as type, array_agg(distinct covered.id)::text[] as ids
     from legal_holds hold cross join lateral unnest(
       case scope_type when 'Patient' then linked_patients(scope_id) || scope_id else array[scope_id] end
     ) as covered (id)
     where released_at is null or released_at > now() group by scope_type`,
  );
  const held = Object.fromEntries(Object.values(SCOPES).map((table) => [table, []]));
  for (const { type, ids } of rows) Object.assign(held, { [SCOPES[type]]: ids });
  return held as unknown as HeldIds;
}

/** SQL: a hold covers the row `t` of a table, by itself or by a row that it belongs to. */
export function isHeld(table: string, held: HeldIds, keys: readonly ForeignKey[]): string {
  if (Object.values(held).every((ids) => ids.length === 0)) return 'false';
  return covers({ table, alias: 't', depth: 0 }, held, keys) ?? 'false';
}

interface Place {
  readonly table: string;
  readonly alias: string;
  readonly depth: number;
}

function covers(place: Place, held: HeldIds, keys: readonly ForeignKey[]): string | null {
  const { table, alias, depth } = place;
  const ids = (held as Readonly<Record<string, readonly string[]>>)[table] ?? [];
  const own = ids.length === 0 ? [] : [`${alias}.id = any ('{${ids.join(',')}}'::uuid[])`];
  // A person of an organisation under hold belongs to it; who else works there does not make it so.
  const beyond =
    depth === REACH || table === 'organizations'
      ? []
      : keys
          .filter((key) => key.table === table && key.target !== table && isOwning(key))
          .flatMap((key) => {
            const next = { table: key.target, alias: `${alias}${depth}`, depth: depth + 1 };
            const inner = covers(next, held, keys);
            const source = `${quoteName(key.target)} ${next.alias}`;
            const join = joinOf(key, alias, next.alias);
            return inner === null
              ? []
              : [`exists (select from ${source} where ${join} and ${inner})`];
          });
  const all = [...new Set([...own, ...beyond])];
  return all.length === 0 ? null : `(${all.join(' or ')})`;
}

/** Who made or signed a row does not own it. */
function isOwning({ target, columns }: ForeignKey): boolean {
  return target !== 'users' || columns[0] === 'user_id';
}
