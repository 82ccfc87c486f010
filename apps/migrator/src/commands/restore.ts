import { readIdentities } from '../backup/keys.ts';
import { resolveTarget } from '../environment/database-target.ts';
import { openWorkspace } from '../environment/workspace.ts';
import { printData, printJson, talk } from '../output.ts';
import { inspectBackup } from '../restore/inspect-backup.ts';
import { restore as runRestore } from '../restore/restore.ts';
import { showProgress } from './show-progress.ts';

export async function restore(
  file: string,
  options: {
    readonly json?: boolean;
    readonly into?: string;
    readonly replace?: boolean;
    readonly endSessions?: boolean;
    readonly identity: readonly string[];
    readonly dryRun?: boolean;
  },
): Promise<void> {
  const workspace = openWorkspace();
  const identities = readIdentities(options.identity);
  if (options.dryRun === true) return describe(file, identities, options.json === true);
  const { into, replace, endSessions } = options;
  const progress = showProgress();
  const result = await runRestore(await resolveTarget(workspace), file, {
    ...{ into, replace, endSessions, identities },
    onProgress: ({ step, done, tables }) =>
      progress.show(done === undefined ? step : `${done + 1} of ${tables}: ${step}`),
  });
  progress.end();
  if (options.json) return printJson(result);
  const { manifest, database, kept, rows, notes } = result;
  for (const note of notes) talk(note);
  talk(
    `restored ${rows} row(s) of ${manifest.tables.length} table(s) of ${manifest.createdAt} into ${database}, and compared everything`,
  );
  if (kept === null) return;
  talk(`The database that was there is kept as ${kept}. When it is not needed any more:`);
  talk(`  DROP DATABASE "${kept.replaceAll('"', '""')}";`);
}

async function describe(
  file: string,
  identities: readonly string[],
  asJson: boolean,
): Promise<void> {
  const { manifest, encrypted, rawBytes } = await inspectBackup(file, identities);
  if (asJson) return printJson({ encrypted, rawBytes, ...manifest });
  const { counts, tables, server, engine, client } = manifest;
  const writer = engine === 'builtin' ? '' : `, structure by pg_dump ${client}`;
  printData(
    [
      `${manifest.database}, ${manifest.createdAt}, PostgreSQL ${server.version}, ${encrypted ? 'encrypted' : 'NOT encrypted'}${writer}`,
      `newest migration: ${manifest.lastMigration ?? 'none'}`,
      ...tables.map(({ name }, number) => `  ${name}: ${counts[number]?.rows ?? 0} row(s)`),
    ].join('\n'),
  );
  talk('whole and undamaged; nothing was restored');
}
