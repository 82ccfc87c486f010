import { packageTests } from '@holovitals/vitest-config';

export default packageTests({
  include: ['test/system/**/*.system.test.ts'],
  exclude: ['**/node_modules/**'],
});
