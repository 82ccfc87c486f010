import { createInterface } from 'node:readline/promises';
import { deploy } from '../deploy/deploy.ts';
import { composeSchema } from '../dev/compose-schema.ts';
import { writeMigration } from '../dev/dev.ts';
import { runCommands } from '../dev/run-commands.ts';
import { resolveTarget } from '../environment/database-target.ts';
import { resolvePatience } from '../environment/lock-settings.ts';
import { openWorkspace } from '../environment/workspace.ts';
import { printJson, talk } from '../output.ts';

export async function dev(options: {
  readonly json?: boolean;
  readonly name: string;
  readonly createOnly?: boolean;
  readonly acceptDataLoss?: boolean;
  readonly rename?: readonly string[] | false;
}): Promise<void> {
  const workspace = openWorkspace();
  await composeSchema(workspace);
  const target = await resolveTarget(workspace);
  const written = await writeMigration(workspace, target, {
    name: options.name,
    acceptDataLoss: options.acceptDataLoss === true,
    renaming: { renames: options.rename ?? [], ...(canAsk() && { ask }) },
  });
  if (written !== null) {
    for (const loss of written.losses) talk(`loses data: ${loss}`);
    for (const warning of written.warnings) talk(`warning: ${warning}`);
    if (written.irreversible !== null) talk(`warning: ${written.irreversible}`);
    for (const finding of written.findings) talk(`lint, of a large table: ${finding}`);
    for (const name of written.names) {
      const isContract = written.contracts.includes(name);
      talk(
        `wrote ${name}${isContract ? ', a contract: deploy holds it until the next release' : ''}`,
      );
    }
    if (options.createOnly !== true) {
      await deploy(workspace, target, {
        ...{ patience: resolvePatience({}), runBackfills: true, onProgress: talk },
      });
      await runCommands(workspace);
    }
  } else talk('the schema has no change that the history lacks');
  if (options.json) printJson({ migration: written });
}

const canAsk = () => process.stdin.isTTY && process.stderr.isTTY;

async function ask(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
