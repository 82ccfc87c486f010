import { packageTests } from '@holovitals/vitest-config';

export default packageTests({
  globalSetup: './test/shops-folder.ts',
  include: ['test/soak/**/*.soak.test.ts'],
  exclude: ['**/node_modules/**'],
  tagsFilter: [],
});
