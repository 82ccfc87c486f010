import { packageTests } from '@holovitals/vitest-config';

export default packageTests({
  include: ['test/slow/**/*.slow.test.ts'],
  exclude: ['**/node_modules/**'],
  testTimeout: 1_200_000,
});
