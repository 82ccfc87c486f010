import { requireKeyEncryptionKey, verifyValues } from '@holovitals/database';
import type { CommandContext, CommandResult } from '../command/package-command.ts';

/**
 * Opens every encrypted value, and tells what is under which version.
 *
 * @param table one table; null for all
 * @throws CodedError those of the database's `verifyValues`
 */
export async function tellProof(
  context: CommandContext,
  table: string | null,
): Promise<CommandResult> {
  const data = await verifyValues(context, requireKeyEncryptionKey(process.env), table);
  const { opened, failures, firstFailure } = data;
  const versions = [...new Set(opened.map(({ version }) => version))].sort((a, b) => a - b);
  const sumOf = (of: number) =>
    opened.reduce((sum, { version, values }) => sum + (version === of ? values : 0), 0);
  const lines = versions.map((version) => `data ${version}    ${sumOf(version)} value(s) open`);
  if (lines.length === 0 && failures === 0) lines.push('there is no encrypted value');
  if (firstFailure !== null) {
    const { column, row, why } = firstFailure;
    lines.push(
      `broken    ${failures} value(s) do not open; the first is ${firstFailure.table}.${column} in row ${row}: ${why}`,
    );
  }
  return { data, text: lines.join('\n'), state: failures > 0 ? 'failed' : 'done' };
}
