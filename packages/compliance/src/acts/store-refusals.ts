const EXCLUSION_VIOLATION = '23P01';
const RESTRICT_VIOLATION = '23001';
const FOREIGN_KEY_VIOLATION = '23503';

/** Whether an exclusion constraint refused a row: its period overlaps another's. */
export function isOverlap(error: unknown): boolean {
  return refusalOf(error).includes(EXCLUSION_VIOLATION);
}

/** Whether a row names another that is not there. */
export function isReferenceMissing(error: unknown): boolean {
  return (
    (error as { code?: unknown }).code === 'P2003' ||
    refusalOf(error).includes(FOREIGN_KEY_VIOLATION)
  );
}

/** Whether a trigger refused what a rule of the table does not let happen. */
export function isRefusedByRule(error: unknown): boolean {
  return refusalOf(error).includes(RESTRICT_VIOLATION);
}

function refusalOf(error: unknown): string {
  return JSON.stringify((error as { meta?: unknown }).meta ?? '');
}
