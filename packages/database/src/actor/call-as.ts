import type { Database } from '../create-client.ts';
import type { Actor } from './actor.ts';

/** A call of a SQL function of a subject's id and options. */
export interface Call {
  readonly routine: string;
  readonly subject: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/**
 * Calls a SQL function as somebody, in a transaction of its own and one round trip: the identity is
 * set first. It leaves no audit row: what it answers is not to be shown.
 */
export async function callAs(
  db: Database,
  actor: Actor,
  { routine, subject, options }: Call,
): Promise<unknown> {
  const [called] = await db.$statement<{ answer: unknown }>(
    'select call_as($1, $2, $3, $4) as answer',
    [actor, routine, subject, options],
  );
  return called?.answer ?? null;
}
