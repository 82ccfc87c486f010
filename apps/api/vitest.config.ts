import { packageTests } from '@holovitals/vitest-config';

export default packageTests({ globalSetup: '@holovitals/postgres/testing/global-setup' });
