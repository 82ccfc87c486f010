import type { EngineChoice } from '../backup/write-schema.ts';
import { readIdentities, readRecipients, writeNewKey } from '../backup/keys.ts';
import { resolveTarget } from '../environment/database-target.ts';
import { openWorkspace } from '../environment/workspace.ts';
import { printData, printJson, talk } from '../output.ts';
import { rehearseRestore } from '../restore/restore.ts';
import { showProgress } from './show-progress.ts';
import { describeBackup, newBackupFile, STANDARD_OUTPUT, writeBackup } from './write-backup.ts';

export async function backup(options: {
  readonly json?: boolean;
  readonly out?: string;
  readonly recipient: readonly string[];
  readonly plain?: boolean;
  readonly engine: EngineChoice;
}): Promise<void> {
  const workspace = openWorkspace();
  const { plain = false, engine } = options;
  const recipients = plain ? [] : readRecipients(options.recipient);
  const target = await resolveTarget(workspace);
  const file = options.out ?? newBackupFile(target.database, plain);
  const result = await writeBackup(target, { recipients, plain, engine, file });
  if (options.json) return printJson({ file, ...result });
  talk(describeBackup(result, recipients));
  if (file === STANDARD_OUTPUT) return;
  printData(file);
  talk(`\`pnpm migrator backup verify ${file}\` proves that it can be restored`);
}

export async function keygen(file: string, options: { readonly json?: boolean }): Promise<void> {
  const key = await writeNewKey(file);
  if (options.json) return printJson(key);
  printData(key.recipient);
  talk(`The secret part is in ${key.file}, and nowhere else. Without it no backup can be opened:`);
  talk('keep it apart from the backups and from this server. The line above is the public part.');
}

export async function verifyBackup(
  file: string,
  options: { readonly json?: boolean; readonly identity: readonly string[] },
): Promise<void> {
  const workspace = openWorkspace();
  const identities = readIdentities(options.identity);
  const progress = showProgress();
  const result = await rehearseRestore(await resolveTarget(workspace), file, {
    identities,
    onProgress: ({ step, done, tables }) =>
      progress.show(done === undefined ? step : `${done + 1} of ${tables}: ${step}`),
  });
  progress.end();
  if (options.json) return printJson(result);
  for (const note of result.notes) talk(note);
  talk(
    `restored and compared: ${result.rows} row(s) of ${result.manifest.tables.length} table(s), and the whole catalog`,
  );
}
