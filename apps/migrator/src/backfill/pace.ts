/** How long a batch is to take: short beside any lock timeout, long beside a round trip. */
const TARGET_MS = 500;
const FIRST_ROWS = 1_000;

/** How fast a backfill may go. */
export interface Pace {
  /** The most rows of one batch. */
  readonly batch: number;
  /** Rows a second; null for as many as go. */
  readonly rate: number | null;
}

/** Rows of the first batch. */
export function firstSize(pace: Pace): number {
  return Math.min(FIRST_ROWS, largest(pace));
}

/** Rows of the next batch: at most twice as many or half of the last, by the time that one took. */
export function nextSize(pace: Pace, rows: number, elapsedMs: number): number {
  const ratio = Math.min(2, Math.max(0.5, TARGET_MS / Math.max(1, elapsedMs)));
  return Math.max(1, Math.min(largest(pace), Math.round(rows * ratio)));
}

/** Milliseconds to rest after a batch, so that no second sees more rows than the rate allows. */
export function restAfter({ rate }: Pace, rows: number, elapsedMs: number): number {
  return rate === null ? 0 : Math.max(0, (rows / rate) * 1_000 - elapsedMs);
}

function largest({ batch, rate }: Pace): number {
  return Math.max(1, Math.min(batch, rate ?? batch));
}
