import type { AuditSink, Database } from '@holovitals/database';
import type { RelyingParty } from './passkeys/relying-party.ts';

/** What the use cases of accounts work with; the composition root hands it in. */
export interface IdentityContext {
  readonly db: Database;
  readonly audit: AuditSink;
  readonly clock: () => Date;
  /** Keys the hashes of short codes: `SESSION_SECRET`. */
  readonly codeKey: Uint8Array;
  /** The site that passkeys are made for; null: there are none. */
  readonly relyingParty: RelyingParty | null;
}
