import { defineConfig } from 'vitest/config';

/** Closes a run on one line that says how many tests ran, alone and without colour. */
class CountingReporter {
  onTestRunEnd(testModules) {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const testModule of testModules) {
      for (const test of testModule.children.allTests()) counts[test.result().state] += 1;
    }
    const skipped = counts.skipped + counts.pending;
    console.log(`tests: ${counts.passed} passed, ${counts.failed} failed, ${skipped} skipped`);
  }
}

/**
 * A package's vitest configuration: sources instead of builds, real time limits for real servers.
 * `options` are vitest's own `test` options, such as `globalSetup`.
 */
export function packageTests(options = {}) {
  return defineConfig({
    resolve: { conditions: ['@holovitals/source'] },
    ssr: { resolve: { conditions: ['@holovitals/source'] } },
    test: {
      reporters: ['default', new CountingReporter()],
      testTimeout: 180_000,
      hookTimeout: 300_000,
      passWithNoTests: true,
      exclude: ['**/node_modules/**', '**/dist/**', 'test/slow/**', 'test/system/**'],
      ...options,
    },
  });
}

export default packageTests();
