import { randomBytes } from 'node:crypto';
import type { CommandContext } from '../command/package-command.ts';
import { settleFiles } from '../files/begun-files.ts';

const END = '.rows.age';

/** The name of a new file with rows of a table that an execution archives. */
export function nameRowFile(table: string, executionId: string): string {
  return `${table}-${executionId}-${randomBytes(4).toString('hex')}${END}`;
}

/** Names or removes the files that an execution which was cut off left in a folder. */
export async function settleRowFiles(
  context: Pick<CommandContext, 'session' | 'say'>,
  folder: string,
  execution: { readonly executionId: string; readonly startedAt: string },
): Promise<void> {
  await settleFiles(context, folder, {
    isOurs: (name) => name.includes(`-${execution.executionId}-`) && name.endsWith(END),
    isRecorded: async (name) => {
      const { rows } = await context.session.query(
        `select from audit_logs
         where event_type = 'RETENTION' and action = 'E' and request_id = $1
           and "timestamp" >= $2::timestamptz - interval '1 minute' and starts_with(reason, $3)`,
        [execution.executionId, execution.startedAt, `${name} `],
      );
      return rows.length > 0;
    },
  });
}
