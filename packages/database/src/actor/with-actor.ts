import { isCodedError } from '@holovitals/errors';
import type { Database } from '../create-client.ts';
import { transactionConflict, transactionUnavailable } from '../errors.ts';
import { Prisma } from '../generated/client/client.ts';
import { codedRefusal, isPolicyMessage } from '../refusals.ts';
import type { Actor } from './actor.ts';

/** The client inside a transaction. */
export type Transaction = Omit<
  Database,
  '$connect' | '$disconnect' | '$on' | '$use' | '$extends' | '$transaction' | '$statement'
>;

/** Milliseconds a transaction may last, and may wait for a connection. */
const LIMITS = { timeout: 15_000, maxWait: 5_000 };

/**
 * Runs work in one transaction (READ COMMITTED) whose first statement sets the caller's identity
 * for row security; it ends with the transaction. What the work throws rolls back and passes
 * through.
 *
 * @throws CodedError `DATABASE.TRANSACTION_CONFLICT` (two acts collided; try again),
 *   `DATABASE.TRANSACTION_UNAVAILABLE` (no connection in time, or it lasted too long)
 * @example
 * const roles = await withActor(db, actor, (tx) => tx.role.findMany());
 */
export async function withActor<T>(
  db: Database,
  actor: Actor,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  try {
    return await db.$transaction(async (tx) => {
      await tx.$executeRaw`select set_actor(${JSON.stringify(actor)}::jsonb)`;
      return await work(tx as unknown as Transaction);
    }, LIMITS);
  } catch (error) {
    throw translate(error);
  }
}

function translate(error: unknown): unknown {
  if (isCodedError(error) || !(error instanceof Prisma.PrismaClientKnownRequestError)) return error;
  if (error.code === 'P2034') return transactionConflict(error);
  if (error.code === 'P2028' || error.code === 'P2024') return transactionUnavailable(error);
  const { originalCode: sqlState, originalMessage } = causeOf(error);
  if (sqlState === undefined) return error;
  const constraint = /constraint "(\w+)"/.exec(originalMessage ?? '')?.[1];
  const isByPolicy = isPolicyMessage(originalMessage);
  return codedRefusal({ sqlState, constraint, isByPolicy }, error) ?? error;
}

interface DriverCause {
  readonly originalCode?: string;
  readonly originalMessage?: string;
}

/** What the driver says of the failure: its SQLSTATE, and a text that is not passed on. */
function causeOf({ meta }: Prisma.PrismaClientKnownRequestError): DriverCause {
  const adapterError = meta?.['driverAdapterError'] as { cause?: DriverCause } | undefined;
  return adapterError?.cause ?? {};
}
