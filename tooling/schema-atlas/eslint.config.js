export { default } from '@holovitals/eslint-config';
