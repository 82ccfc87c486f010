import { setTimeout as wait } from 'node:timers/promises';
import { isCodedError } from '@holovitals/errors';
import { openTrail, type Trail } from '../audit/open-trail.ts';
import type { CommandContext } from '../command/package-command.ts';
import { watcherRunning } from '../errors.ts';
import { settledHead } from '../seal/settled-head.ts';
import { findSuspicions, raiseAlerts } from './alert.store.ts';
import type { Detector } from './detector.ts';
import type { Locate } from './locations.ts';
import { lookAhead, readPlace, writePlace, type Stretch } from './watched-place.ts';

/** The most numbers of one transaction. */
const MOST_NUMBERS = 20_000n;
const PATIENCE_MS = 60_000;

/** What a round of watching came to. */
export interface Watched {
  /** Rows of the trail that were new. */
  readonly rows: number;
  readonly raised: number;
  /** Times that an alert which is open was seen again. */
  readonly repeated: number;
}

/** What is looked for. */
export interface Rules {
  readonly detectors: readonly Detector[];
  /** Where addresses are; without it, detectors that judge by that find nothing. */
  readonly locate: Locate | null;
}

/** Watches rounds until it is closed. */
export interface Watcher {
  watch(now: Date): Promise<Watched>;
}

/**
 * Becomes the one watcher of a database, for as long as its session lasts.
 *
 * @throws CodedError `COMPLIANCE.WATCHER_RUNNING`, `COMPLIANCE.AUDIT_WRITERS_BUSY`,
 *   `DATABASE.ENCRYPTION_KEY_MISSING`, `DATABASE.ENCRYPTION_KEY_WRONG`
 */
export async function openWatcher(context: CommandContext, rules: Rules): Promise<Watcher> {
  const { session } = context;
  const { rows } = await session.query<{ mine: boolean }>(
    `select pg_try_advisory_lock(hashtextextended('audit watcher', 0)) as mine`,
  );
  if (rows[0]?.mine !== true) throw watcherRunning();
  const trail = await openTrail(context, null);
  return {
    async watch(now) {
      const head = BigInt(await settledHead(session, PATIENCE_MS));
      let { after, floor } = await readPlace(session, head, now);
      const sum = { rows: 0, raised: 0, repeated: 0 };
      while (after < head) {
        const to = after + MOST_NUMBERS < head ? after + MOST_NUMBERS : head;
        const step = await watchStretch(context, trail, rules, { after, to, floor }, now);
        ({ after, floor } = step.next);
        sum.rows += step.rows;
        sum.raised += step.raised;
        sum.repeated += step.repeated;
        context.progress(`watched ${sum.rows} row(s)`);
      }
      return sum;
    },
  };
}

/** Raises the alerts of a stretch, and tells in the trail that it was looked at, in one transaction. */
async function watchStretch(
  context: CommandContext,
  trail: Trail,
  { detectors, locate }: Rules,
  stretch: Stretch,
  now: Date,
) {
  const { session } = context;
  return await context.inTransaction('watching the audit trail', async () => {
    const looked = await lookAhead(session, stretch, now);
    const sum = { raised: 0, repeated: 0 };
    if (looked.rows > 0) {
      for (const detector of detectors) {
        const findings = await findSuspicions(session, detector, stretch, locate);
        const { raised, repeated } = await raiseAlerts(session, detector, findings);
        sum.raised += raised;
        sum.repeated += repeated;
      }
      await writePlace(trail, looked, sum.raised);
    }
    return { ...sum, ...looked };
  });
}

/**
 * Watches round after round, until the process is stopped; that may happen at any moment. A round that
 * a writer holds up is told, and the next one tries again.
 */
export async function watchAgain(
  context: CommandContext,
  watcher: Watcher,
  seconds: number,
): Promise<never> {
  for (;;) {
    const begun = Date.now();
    try {
      const { raised } = await watcher.watch(new Date(begun));
      if (raised > 0) context.say(`raised    ${raised} alert(s)`);
    } catch (error) {
      if (!isCodedError(error) || error.code !== 'COMPLIANCE.AUDIT_WRITERS_BUSY') throw error;
      context.say(error.message);
    }
    await wait(Math.max(0, begun + seconds * 1000 - Date.now()));
  }
}
