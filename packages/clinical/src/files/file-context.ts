import type { ClinicalContext } from '../context.ts';
import type { FileStore } from './file-store.ts';

/** What the use cases of files work with. */
export interface FileContext extends ClinicalContext {
  readonly store: FileStore;
}
