import { quoteName, type CommandContext } from '../command/package-command.ts';
import { PARTITION_SCHEMA, type AuditMonth } from './audit-months.ts';

/** The trigger that a sealed month has. */
const SEAL = 'sealed';

/**
 * Lets a month take no more rows: what is exported from then on is all that it will ever hold. Safe
 * to run again. Only writers to that month wait.
 */
export async function sealMonth(context: CommandContext, month: AuditMonth): Promise<void> {
  if (await isSealed(context, month)) return;
  await context.inTransaction(`sealing ${month.partition}`, () =>
    context.session.query(
      `create or replace trigger ${SEAL} before insert on ${month.table}
       for each row execute function migrator.refuse_change()`,
    ),
  );
}

/** Whether the month's seal is there and switched on. */
export async function isSealed(
  { session }: Pick<CommandContext, 'session'>,
  { table }: Pick<AuditMonth, 'table'>,
): Promise<boolean> {
  const { rows } = await session.query(
    `select from pg_trigger where tgrelid = $1::regclass and tgname = $2 and tgenabled in ('O', 'A')`,
    [table, SEAL],
  );
  return rows.length > 0;
}

/** Columns of a month in the order of its archive, the leading ones first. */
export async function readColumns(
  { session }: Pick<CommandContext, 'session'>,
  { partition }: Pick<AuditMonth, 'partition'>,
  leading: readonly string[],
): Promise<string[]> {
  const { rows } = await session.query<{ name: string }>(
    `select attname as name from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''
     order by array_position($2::text[], attname::text), attnum`,
    [`${PARTITION_SCHEMA}.${quoteName(partition)}`, leading],
  );
  return rows.map(({ name }) => name);
}
