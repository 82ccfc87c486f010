import { readEnvironmentFile } from './environment-file.ts';
import { exitCodeOf, printError } from './output.ts';
import { buildProgram } from './program.ts';

try {
  readEnvironmentFile();
  await buildProgram().parseAsync();
} catch (error) {
  printError(error);
  process.exitCode = exitCodeOf(error);
}
