import type { FastifyBaseLogger } from 'fastify';
import type { ReferenceReads } from './reference-reads.ts';
import { repeatInBackground } from './repeat-in-background.ts';

const SECOND = 1_000;

/** Looks at the replica every second, and logs when it comes or goes; answers how to stop. */
export function watchReplica(reads: ReferenceReads, log: FastifyBaseLogger): () => Promise<void> {
  if (reads.report() === null) return () => Promise.resolve();
  let last = reads.report()?.state;
  return repeatInBackground({
    every: SECOND,
    async work() {
      await reads.look();
      const state = reads.report()?.state;
      if (state !== last) log.warn({ state }, 'the replica');
      last = state;
    },
    failed(code) {
      log.error({ code }, 'the replica could not be looked at');
    },
  });
}
