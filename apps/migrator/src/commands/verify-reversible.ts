import { resolveTarget } from '../environment/database-target.ts';
import { openWorkspace } from '../environment/workspace.ts';
import { printData, printJson, talk } from '../output.ts';
import { proveReversible } from '../reversibility/prove-reversible.ts';

export async function verifyReversible(options: { readonly json?: boolean }): Promise<void> {
  const workspace = openWorkspace();
  const proofs = await proveReversible(workspace, await resolveTarget(workspace), {
    onProgress: talk,
  });
  if (proofs.some(({ verdict }) => verdict === 'broken')) process.exitCode = 3;
  if (options.json) return printJson(proofs);
  printData(
    proofs
      .flatMap(({ name, verdict, reason, findings, tablesWithRows, tables }) => [
        `${verdict}${reason === null ? '' : ` (${reason})`}  ${name}, with rows in ${tablesWithRows} of ${tables} table(s)`,
        ...findings.map((finding) => `  ${finding}`),
      ])
      .join('\n'),
  );
}
