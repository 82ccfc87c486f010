import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const TIERS = [
  {
    name: 'slow',
    description: 'Looks again, wider or for longer, at what a quick test has looked at.',
  },
];

/** Closes a run on one line that says how many tests of its tier ran, alone and without colour. */
class CountingReporter {
  constructor(isSlow) {
    this.isSlow = isSlow;
  }

  onTestRunEnd(testModules) {
    const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const testModule of testModules) {
      for (const test of testModule.children.allTests()) {
        const isSlow = test.tags.includes('slow');
        if (isSlow === this.isSlow) counts[test.result().state] += 1;
        else if (testModule.moduleId.endsWith('.slow.test.ts')) failUntagged(test);
      }
    }
    const skipped = counts.skipped + counts.pending;
    console.log(`tests: ${counts.passed} passed, ${counts.failed} failed, ${skipped} skipped`);
  }
}

/** A test of a slow file without the tag would never run. */
function failUntagged(test) {
  console.error(`${test.module.moduleId}: "${test.fullName}" lacks the tag "slow"`);
  process.exitCode = 1;
}

/**
 * A package's vitest configuration: sources instead of builds, real time limits for real servers.
 * What is tagged `slow` is left to `slowTests`. `options` are vitest's own `test` options, such as
 * `globalSetup`.
 */
export function packageTests(options = {}) {
  return defineConfig({
    resolve: { conditions: ['@holovitals/source'] },
    ssr: { resolve: { conditions: ['@holovitals/source'] } },
    test: {
      reporters: ['default', new CountingReporter(false)],
      // Files are over before WebAssembly that is compiled well would pay for it.
      execArgv: ['--liftoff-only'],
      // Importing takes as long as many a test. A file that changes what others see opts out.
      isolate: false,
      // Tests wait for servers and child processes much of their time, also on one core.
      maxWorkers: Math.max(2, availableParallelism() - 1),
      testTimeout: 180_000,
      hookTimeout: 300_000,
      expect: { poll: { timeout: 60_000 } },
      passWithNoTests: true,
      exclude: [
        '**/node_modules/**',
        '**/dist/**',
        'test/slow/**',
        'test/soak/**',
        'test/system/**',
      ],
      tags: TIERS,
      tagsFilter: ['!slow'],
      ...options,
    },
  });
}

/** The same for the tests that are tagged `slow`, one by one or by `@module-tag slow`. */
export function slowTests(options = {}) {
  return packageTests({
    reporters: ['default', new CountingReporter(true)],
    execArgv: [],
    isolate: true,
    maxWorkers: 1,
    testTimeout: 1_200_000,
    exclude: ['**/node_modules/**', '**/dist/**', 'test/soak/**', 'test/system/**'],
    tagsFilter: ['slow'],
    ...options,
  });
}

export default packageTests();
