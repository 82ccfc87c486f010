import { Prisma } from '@holovitals/database';

/** The code of a refusal of Prisma's, such as `P2002` (not unique); undefined for other errors. */
export function prismaCode(error: unknown): string | undefined {
  return error instanceof Prisma.PrismaClientKnownRequestError ? error.code : undefined;
}

const EXCLUSION_VIOLATION = '23P01';

/** Whether an exclusion constraint refused a row: its period overlaps another's. */
export function isOverlap(error: unknown): boolean {
  return JSON.stringify((error as { meta?: unknown }).meta ?? '').includes(EXCLUSION_VIOLATION);
}
