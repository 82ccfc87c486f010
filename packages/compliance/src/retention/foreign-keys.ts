import { quoteName, type Session } from '../command/package-command.ts';

/** A foreign key as the catalog has it; columns pair by place. */
export interface ForeignKey {
  readonly table: string;
  readonly columns: readonly string[];
  readonly target: string;
  readonly targetColumns: readonly string[];
}

/** Reads the foreign keys between tables of the schema. */
export async function readForeignKeys(session: Session): Promise<ForeignKey[]> {
  const names = (columns: string, relation: string) =>
    `(select array_agg(a.attname::text order by k.place) from unnest(${columns}) with ordinality k (num, place)
      join pg_attribute a on a.attrelid = ${relation} and a.attnum = k.num)`;
  const { rows } = await session.query<ForeignKey>(
    `select r.relname as "table", f.relname as target,
       ${names('c.conkey', 'c.conrelid')} as columns, ${names('c.confkey', 'c.confrelid')} as "targetColumns"
     from pg_constraint c join pg_class r on r.oid = c.conrelid join pg_class f on f.oid = c.confrelid
     where c.contype = 'f' and c.conparentid = 0 and r.relnamespace = 'public'::regnamespace
     order by r.relname, c.conname`,
  );
  return rows;
}

/** SQL: rows of two aliases that a key joins. */
export function joinOf({ columns, targetColumns }: ForeignKey, from: string, to: string): string {
  return columns
    .map(
      (column, at) => `${from}.${quoteName(column)} = ${to}.${quoteName(targetColumns[at] ?? '')}`,
    )
    .join(' and ');
}

/** SQL: another row names the row `t` by a foreign key. */
export function isNamed(table: string, keys: readonly ForeignKey[]): string {
  const naming = keys
    .filter(({ target }) => target === table)
    .map((key) => {
      const isOther = key.table === table ? ' and other.id <> t.id' : '';
      return `exists (select from ${quoteName(key.table)} other where ${joinOf(key, 'other', 't')}${isOther})`;
    });
  return naming.length === 0 ? 'false' : `(${naming.join(' or ')})`;
}

/** SQL of the patient of the row `t`; null where it has none. */
export function patientOf(table: string, keys: readonly ForeignKey[]): string | null {
  if (table === 'patients') return 't.id';
  const own = keys.filter((key) => key.table === table);
  const direct = own.find(
    ({ target, columns }) => target === 'patients' && columns[0] === 'patient_id',
  );
  if (direct !== undefined) return 't.patient_id';
  for (const key of own) {
    const beyond = keys.find(
      (next) =>
        next.table === key.target && next.target === 'patients' && next.columns[0] === 'patient_id',
    );
    if (beyond === undefined) continue;
    return `(select owner.patient_id from ${quoteName(key.target)} owner where ${joinOf(key, 't', 'owner')})`;
  }
  return null;
}
