import type { InlineConfig } from 'vitest/node';
import type { ViteUserConfig } from 'vitest/config';

/** Vitest's own, and the tags to run, which it knows and its types leave out. */
type TestOptions = InlineConfig & { readonly tagsFilter?: string[] };

/**
 * A package's vitest configuration: sources instead of builds, time limits fit for real servers.
 * What is tagged `slow` is left to `slowTests`. `options` are vitest's own `test` options, such as `globalSetup`.
 */
export function packageTests(options?: TestOptions): ViteUserConfig;

/** The same for the tests that are tagged `slow`, one by one or by `@module-tag slow`. */
export function slowTests(options?: TestOptions): ViteUserConfig;

declare const config: ViteUserConfig;
export default config;
