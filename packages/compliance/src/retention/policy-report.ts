import type { DueCounts } from './count-due.ts';

/** What a policy came to. */
export interface PolicyReport {
  readonly policy: string;
  readonly executionId: string | null;
  readonly cutoff: string;
  readonly tables: readonly (DueCounts & { readonly model: string })[];
  readonly archived: number;
  readonly deleted: number;
  readonly heldBack: number;
  /** Where the certificate of destruction lies. */
  readonly certificate: string | null;
  /** Why it was not carried out, or what part of it was not. */
  readonly notes: readonly string[];
}
