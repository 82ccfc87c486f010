import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { buildProgram } from './program.ts';

const README = fileURLToPath(new URL('../../README.md', import.meta.url));
const USAGE = /(?<=```text\n)[\s\S]*?(?=```)/;

it('tells the usage of `db` in the README as the program does; -u writes it there', async () => {
  const program = buildProgram().configureOutput({ getOutHelpWidth: () => 100 });
  const readme = readFileSync(README, 'utf8');
  await expect(readme.replace(USAGE, () => program.helpInformation())).toMatchFileSnapshot(README);
});
