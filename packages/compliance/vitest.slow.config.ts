import { slowTests } from '@holovitals/vitest-config';

export default slowTests({ globalSetup: '@holovitals/postgres/testing/global-setup' });
