import { slowTests } from '@holovitals/vitest-config';

export default slowTests({ globalSetup: './src/testing/global-setup.ts' });
