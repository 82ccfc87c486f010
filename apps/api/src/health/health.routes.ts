import { z } from 'zod';
import type { Routes } from '../routes.ts';

const readySchema = z.object({
  ready: z.boolean(),
  /** Why not: `database`, `migrations`, `objects`. */
  reasons: z.array(z.string()),
  /** Where reference data may be read from a replica. Without it the primary serves all. */
  replica: z
    .object({
      state: z.enum(['used', 'behind', 'unreachable', 'unfit']),
      /** Age of what it shows, in milliseconds; null where it cannot be told. */
      lagMs: z.int().nullable(),
    })
    .optional(),
});

/**
 * Liveness, and readiness, which knows the database and what is pending in it.
 * Probes are never limited; those that come together share one look at the database.
 */
export const healthRoutes: Routes = (server, { readReadiness, reads }) => {
  let looking: Promise<string[]> | undefined;
  const look = () =>
    (looking ??= readReadiness().finally(() => {
      looking = undefined;
    }));
  server.get(
    '/health/live',
    {
      config: { rateLimit: false },
      schema: {
        tags: ['health'],
        summary: 'The process answers',
        response: { 200: z.object({ live: z.literal(true) }) },
      },
    },
    () => ({ live: true as const }),
  );
  server.get(
    '/health/ready',
    {
      config: { rateLimit: false },
      schema: {
        tags: ['health'],
        summary: 'The database is reachable and up to date',
        response: { 200: readySchema, 503: readySchema },
      },
    },
    async (_request, reply) => {
      const reasons = await look();
      const replica = reads.report();
      return reply
        .status(reasons.length === 0 ? 200 : 503)
        .send({ ready: reasons.length === 0, reasons, ...(replica !== null && { replica }) });
    },
  );
};
