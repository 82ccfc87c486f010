import type { SchemaManifest } from '@holovitals/schema-composer';
import type pg from 'pg';
import type { DatabaseTarget } from '../environment/database-target.ts';
import type { Workspace } from '../environment/workspace.ts';
import { skipped, type Verdict } from './finding.ts';

/** What checks of a database look at. */
export interface Examination {
  readonly workspace: Workspace;
  readonly target: DatabaseTarget;
  /** Null where the schema is not composed. */
  readonly manifest: SchemaManifest | null;
  /** A session of the migrations' role. */
  readonly client: pg.Client;
  readonly production: boolean;
}

/** One check, with the name its finding carries. */
export interface DatabaseCheck {
  readonly name: string;
  readonly check: (examination: Examination) => Promise<Verdict> | Verdict;
}

/** What a check that needs the manifest says without one. */
export function notComposed(): Verdict {
  return skipped('It could not be looked at.', 'See the check composed-schema.');
}
