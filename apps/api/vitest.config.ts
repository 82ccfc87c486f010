import { packageTests } from '@holovitals/vitest-config';

export default packageTests({
  globalSetup: '@holovitals/postgres/testing/global-setup',
  // No file changes what another imports, and importing takes longer than testing.
  isolate: false,
});
