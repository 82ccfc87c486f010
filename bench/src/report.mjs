const WIDTHS = [20, 22, 22, 9, 12];

const columns = (cells) => cells.map((cell, index) => cell.padEnd(WIDTHS[index] ?? 0)).join(' ');

export const HEADING = columns(['row', 'ours', 'peer', 'ratio', 'aim']);

/** One line: what each side took, its peak memory, the ratio, and whether the aim is met. */
export function formatRow({ name, ours, peer, ratio, aim, isMet, against, note }) {
  const absolute = aim.atMostMs === undefined ? '' : `, ${aim.atMostMs} ms`;
  const wanted = aim.atMost === undefined ? `≥ ${aim.atLeast}x` : `≤ ${aim.atMost}x${absolute}`;
  const line = columns([name, side(ours), side(peer), `${ratio.toFixed(2)}x`, wanted]);
  const told = [against, ...(note === undefined ? [] : [note])].join('; ');
  const cpu =
    ours.perCore === undefined ? '' : `\n${cpuLine('ours', ours)}\n${cpuLine('peer', peer)}`;
  return `${line} ${isMet ? '✓' : '✗'}  against ${told}${cpu}`;
}

function side({ ms, perSecond, peak }) {
  const amount =
    ms === undefined ? `${Math.round(perSecond)}/s` : `${ms.toFixed(ms < 100 ? 1 : 0)} ms`;
  return peak === undefined ? amount : `${amount}, ${Math.round(peak / 1024 / 1024)} MB`;
}

/** What a request cost each part, and how many a core serves. */
function cpuLine(name, { perCore, cpuClient, cpuServer, cpuDatabase }) {
  const ms = (time) => `${time.toFixed(2)} ms`;
  const parts = `server ${ms(cpuServer)}, PostgreSQL ${ms(cpuDatabase)}, client ${ms(cpuClient)}`;
  return `  ${name}: ${Math.round(perCore)}/s a core; CPU of a request: ${parts}`;
}
