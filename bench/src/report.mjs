const WIDTHS = [18, 22, 22, 9, 12];

const columns = (cells) => cells.map((cell, index) => cell.padEnd(WIDTHS[index] ?? 0)).join(' ');

export const HEADING = columns(['row', 'ours', 'peer', 'ratio', 'aim']);

/** One line: what each side took, its peak memory, the ratio, and whether the aim is met. */
export function formatRow({ name, ours, peer, ratio, aim, isMet, against, note }) {
  const wanted = aim.atMost === undefined ? `≥ ${aim.atLeast}x` : `≤ ${aim.atMost}x`;
  const line = columns([name, side(ours), side(peer), `${ratio.toFixed(2)}x`, wanted]);
  const told = note === undefined ? against : `${against}; ${note}`;
  return `${line} ${isMet ? '✓' : '✗'}  against ${told}`;
}

function side({ ms, perSecond, peak }) {
  const amount =
    ms === undefined ? `${Math.round(perSecond)}/s` : `${ms.toFixed(ms < 100 ? 1 : 0)} ms`;
  return peak === undefined ? amount : `${amount}, ${Math.round(peak / 1024 / 1024)} MB`;
}
