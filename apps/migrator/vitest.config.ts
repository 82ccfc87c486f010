import { availableParallelism } from 'node:os';
import { packageTests } from '@holovitals/vitest-config';

export default packageTests({
  // Most of the work is done by programs that a test waits for.
  maxWorkers: availableParallelism() + 1,
  globalSetup: ['@holovitals/postgres/testing/global-setup', './test/shops-folder.ts'],
});
