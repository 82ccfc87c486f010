export { default } from '@holovitals/vitest-config';
