import type { Bump, Change, Rollout } from '../change.ts';

/** `a major release`, `no release`. */
export function releaseWords(bump: Bump): string {
  return bump === 'none' ? 'no release' : `a ${bump} release`;
}

const WHEN: Readonly<Record<Rollout, string>> = {
  any: 'before, with or after the code',
  before: 'before the code',
  after: 'after the code, when no process of the release before is left',
  together: 'together with the code, while nothing runs: no order keeps the running release alive',
};

/** When the migrations go out: `before the code`. */
export function rolloutWords(rollout: Rollout): string {
  return WHEN[rollout];
}

/** The change in one sentence, with what its reader may want to add. */
export function changeWords({ message, reason, likelyRename }: Change): string {
  const because = reason === undefined ? '' : ` The package's rules say so: ${reason}`;
  if (likelyRename === undefined) return message + because;
  const { to, confidence } = likelyRename;
  const percent = Math.round(confidence * 100);
  return `${message}${because} It may be called ${to} now (${String(percent)} % alike): if so, write /// @renamedFrom with its old name above that.`;
}
