import type { AuditSink, Database } from '@holovitals/database';
import type { ProviderDirectory } from './federation/provider-directory.ts';
import type { RelyingParty } from './passkeys/relying-party.ts';

/** What the use cases of accounts work with; the composition root hands it in. */
export interface IdentityContext {
  readonly db: Database;
  readonly audit: AuditSink;
  readonly clock: () => Date;
  /** Keys the hashes of short codes: `SESSION_SECRET`. */
  readonly codeKey: Uint8Array;
  /** The site that people log in at; null: there are no passkeys and no identity providers. */
  readonly relyingParty: RelyingParty | null;
  /** Identity providers of organisations. */
  readonly providers: ProviderDirectory;
}
