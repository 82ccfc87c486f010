import type { AuditSink, Database } from '@holovitals/database';

/** What the use cases of the record work with; the composition root hands it in. */
export interface ClinicalContext {
  readonly db: Database;
  readonly audit: AuditSink;
  readonly clock: () => Date;
}
