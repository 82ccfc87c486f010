import type { CommandResult } from '../command/package-command.ts';
import type { Fault } from './fault.ts';
import type { Verification } from './verify-audit.ts';

/** A sealer seals each second: rows that wait for longer than this are told as a fault of its own. */
const LONGEST_UNSEALED_MS = 60 * 60 * 1000;

/** Tells what a verification found, the first fault first. */
export function renderVerification(found: Verification, now: Date): CommandResult {
  const { rows, checkpoints, archived, copies, unsealed, unsealedSince, faultCount } = found;
  const isLate =
    unsealedSince !== null && now.getTime() - Date.parse(unsealedSince) > LONGEST_UNSEALED_MS;
  const compared = copies === null ? 'no copies compared' : `${copies} copies compared`;
  const lines = [
    ...found.faults.map(faultLine),
    ...(faultCount > found.faults.length
      ? [`          and ${faultCount - found.faults.length} more`]
      : []),
    `${faultCount === 0 ? 'proven  ' : 'verified'}  ${rows} row(s), ${checkpoints} checkpoint(s); ${compared}`,
    ...(archived > 0
      ? [
          `archived  ${archived} checkpoint(s) of rows that left: prove these by \`archive restore --dry-run\``,
        ]
      : []),
    ...(unsealed > 0
      ? [
          `unsealed  ${unsealed} row(s) since ${unsealedSince ?? 'unknown'}: the last of them could be removed unseen`,
        ]
      : []),
    ...(found.unreadableCopies > 0
      ? [
          `unread    ${found.unreadableCopies} line(s) of the copies are none: cut short by a crash, or changed`,
        ]
      : []),
    ...(isLate ? ['Let `pnpm migrator audit seal --every 1` run beside the database.'] : []),
  ];
  const state =
    faultCount > 0 ? 'failed' : isLate || found.unreadableCopies > 0 ? 'warnings' : 'done';
  return { data: found, text: lines.join('\n'), state };
}

function faultLine({ kind, shard, seq, row, checkpoint, why }: Fault): string {
  const place = [
    ...[`shard ${shard}`, `number ${seq}`],
    ...(row === null ? [] : [`row ${row}`]),
    ...(checkpoint === null ? [] : [`checkpoint ${checkpoint}`]),
  ].join(', ');
  return `${kind.padEnd(18)}  ${place}: ${why}`;
}
