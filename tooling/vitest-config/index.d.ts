import type { InlineConfig } from 'vitest/node';
import type { ViteUserConfig } from 'vitest/config';

/**
 * A package's vitest configuration: sources instead of builds, time limits fit for real servers.
 * `options` are vitest's own `test` options, such as `globalSetup`.
 */
export function packageTests(options?: InlineConfig): ViteUserConfig;

declare const config: ViteUserConfig;
export default config;
