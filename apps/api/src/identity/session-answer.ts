import type { IssuedSession } from '@holovitals/identity';
import { z } from 'zod';

/** A session as a log-in answers it. */
export const sessionSchema = z.object({
  sessionId: z.uuid(),
  token: z.string(),
  refreshToken: z.string(),
  idleExpiresAt: z.iso.datetime(),
  absoluteExpiresAt: z.iso.datetime(),
});

/** Writes a session as {@link sessionSchema} has it. */
export function toJson({ idleExpiresAt, absoluteExpiresAt, ...session }: IssuedSession) {
  return {
    ...session,
    idleExpiresAt: idleExpiresAt.toISOString(),
    absoluteExpiresAt: absoluteExpiresAt.toISOString(),
  };
}
