import { packageTests } from '@holovitals/vitest-config';

export default packageTests({ globalSetup: './src/testing/global-setup.ts' });
