import { checkEnvironment, initEnvironment } from '../environment/env-file.ts';
import { openWorkspace } from '../environment/workspace.ts';
import { environmentInvalid } from '../errors.ts';
import { printJson, talk } from '../output.ts';

export function init(options: { readonly json?: boolean }): void {
  const result = initEnvironment(openWorkspace());
  if (options.json) return printJson(result);
  if (result.written) talk(`wrote ${result.file} with fresh keys`);
  else if (result.missing.length === 0) talk(`${result.file} exists and was left as it is`);
  else talk(`${result.file} exists and was left as it is; it lacks ${result.missing.join(', ')}`);
}

export function check(options: { readonly json?: boolean }): void {
  const problems = checkEnvironment(openWorkspace());
  if (problems.length > 0) throw environmentInvalid(problems);
  if (options.json) printJson({ problems });
  else talk('the environment is complete');
}
