const MEASURES = [
  'ms',
  'perSecond',
  'peak',
  'p99',
  'perCore',
  'cpuClient',
  'cpuServer',
  'cpuDatabase',
];

/**
 * Measures a row: ours and the peer take turns, each beginning every other round, so that a noisy
 * neighbour falls on both. Answers the medians.
 *
 * A row is `{ name, what, peer, aim, prepare }`; `aim` is `{ atMost }` of the peer's time, with
 * `{ atMostMs }` also an absolute one, or `{ atLeast }` of its throughput. `prepare({ quick })` answers `{ ours, peer, close, note? }`; both
 * sides answer samples, `{ ms, peak }` or `{ perSecond, peak }`.
 */
export async function measure(row, { rounds, quick }) {
  const sides = await row.prepare({ quick });
  try {
    const samples = { ours: [], peer: [] };
    for (let round = 0; round < rounds; round += 1) {
      const order = round % 2 === 0 ? ['ours', 'peer'] : ['peer', 'ours'];
      for (const side of order) samples[side].push(await sides[side](round));
    }
    const ours = medianOf(samples.ours);
    const peer = medianOf(samples.peer);
    const ratio = (ours.ms ?? ours.perSecond) / (peer.ms ?? peer.perSecond);
    const { atMost, atLeast, atMostMs = Infinity } = row.aim;
    return {
      name: row.name,
      what: row.what,
      against: row.peer,
      ours,
      peer,
      ratio,
      aim: row.aim,
      isMet: atMost === undefined ? ratio >= atLeast : ratio <= atMost && ours.ms <= atMostMs,
      rounds,
      ...(sides.note !== undefined && { note: sides.note }),
    };
  } finally {
    await sides.close?.();
  }
}

function medianOf(samples) {
  const middle = (name) => {
    const values = samples.flatMap((sample) => sample[name] ?? []).sort((a, b) => a - b);
    if (values.length === 0) return undefined;
    const half = values.length >> 1;
    return values.length % 2 === 1 ? values[half] : (values[half - 1] + values[half]) / 2;
  };
  return Object.fromEntries(
    MEASURES.map((name) => [name, middle(name)]).filter(([, value]) => value !== undefined),
  );
}
