import { packageTests } from '@holovitals/vitest-config';

export default packageTests({
  globalSetup: './src/testing/global-setup.ts',
  // Files go from server to server by the environment.
  isolate: true,
});
