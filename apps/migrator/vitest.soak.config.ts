import { packageTests } from '@holovitals/vitest-config';

export default packageTests({
  include: ['test/soak/**/*.soak.test.ts'],
  exclude: ['**/node_modules/**'],
  tagsFilter: [],
});
