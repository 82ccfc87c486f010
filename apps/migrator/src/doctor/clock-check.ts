import type { Examination } from './examination.ts';
import { critical, ok, warning, type Verdict } from './finding.ts';

const LARGEST_SKEW_MS = { warning: 2_000, critical: 60_000 } as const;
const ROUND_TRIPS = 5;

/** The server's clock agrees with this host's. */
export async function checkClock({ client }: Examination): Promise<Verdict> {
  let best = { skew: 0, roundTrip: Number.POSITIVE_INFINITY };
  for (let trip = 0; trip < ROUND_TRIPS; trip += 1) {
    const before = Date.now();
    const { rows } = await client.query<{ now: string }>(
      'select (extract(epoch from clock_timestamp()) * 1000)::text as now',
    );
    const after = Date.now();
    if (after - before >= best.roundTrip) continue;
    best = { skew: Number(rows[0]?.now) - (before + after) / 2, roundTrip: after - before };
  }
  return judgeClock(best.skew, best.roundTrip);
}

/** Judges a difference in milliseconds; half the round trip it was measured in is not certain. */
export function judgeClock(skew: number, roundTrip: number): Verdict {
  const certain = Math.abs(skew) - roundTrip / 2;
  if (certain <= LARGEST_SKEW_MS.warning) return ok('The server’s clock and this host’s agree.');
  const seconds = (Math.abs(skew) / 1000).toFixed(1);
  return (certain > LARGEST_SKEW_MS.critical ? critical : warning)(
    `The server's clock is ${seconds} s ${skew > 0 ? 'ahead of' : 'behind'} this host's.`,
    'Tokens, due dates and recorded times are compared across both.',
    'Let both follow one time source (NTP).',
  );
}
