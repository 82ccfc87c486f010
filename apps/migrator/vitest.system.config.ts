import { packageTests } from '@holovitals/vitest-config';

export default packageTests({
  globalSetup: ['@holovitals/postgres/testing/global-setup', './test/shops-folder.ts'],
  include: ['test/system/**/*.system.test.ts'],
  exclude: ['**/node_modules/**'],
});
