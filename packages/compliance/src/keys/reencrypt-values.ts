import {
  reencryptValues,
  requireKeyEncryptionKey,
  type ReencryptedTable,
} from '@holovitals/database';
import { openTrail } from '../audit/open-trail.ts';
import type { CommandContext, CommandResult } from '../command/package-command.ts';

/**
 * Encrypts values anew, and says so in the audit trail before and after: a run that is cut off has
 * left its trace.
 *
 * @throws CodedError those of the database's `reencryptValues`
 */
export async function carryOutReencryption(
  context: CommandContext,
  order: { readonly table: string | null; readonly batch: number },
): Promise<CommandResult> {
  const kek = requireKeyEncryptionKey(process.env);
  const trail = await openTrail(context, null);
  const what = order.table ?? 'all tables';
  const record = (outcome: 'SUCCESS' | 'MINOR_FAILURE', reason: string, recordCount: number) =>
    trail.record({
      ...{ eventType: 'KEY_OPERATION', action: 'U', outcome, reason, recordCount },
      resourceType: 'EncryptionKey',
    });
  await record('SUCCESS', `began to encrypt ${what} anew`, 0);
  const data = await reencryptValues(context, kek, order);
  const sum = (of: (table: ReencryptedTable) => number) =>
    data.tables.reduce((total, table) => total + of(table), 0);
  const [values, left, failures] = [
    sum((table) => table.values),
    sum((table) => table.left),
    sum((table) => table.failures),
  ];
  const outcome = left === 0 ? 'SUCCESS' : 'MINOR_FAILURE';
  await record(outcome, `encrypted ${what} anew under data version ${data.version}`, values);
  return {
    data,
    text: [
      ...data.tables.filter(isNamed).map(tableLine),
      `done      ${values} value(s) are now under version ${data.version}; ${left} row(s) left`,
      ...(left > failures ? ['Run it again for the rows that somebody was changing.'] : []),
      ...(failures > 0 ? ['`pnpm migrator keys verify` names what does not open, and why.'] : []),
    ].join('\n'),
    state: failures > 0 ? 'failed' : left > 0 ? 'warnings' : 'done',
  };
}

function isNamed({ values, left }: ReencryptedTable): boolean {
  return values > 0 || left > 0;
}

function tableLine({ table, values, left, failures, firstFailure }: ReencryptedTable): string {
  const facts = [
    `${values} value(s)`,
    ...(left > 0 ? [`${left} row(s) left`] : []),
    ...(firstFailure === null
      ? []
      : [
          `${failures} did not open, the first in ${firstFailure.column} of row ${firstFailure.row}`,
        ]),
  ];
  return `${table}: ${facts.join(', ')}`;
}
