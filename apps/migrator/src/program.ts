import { readFileSync } from 'node:fs';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import type { ReportOptions } from './commands/show-reports.ts';
import type { SlowCommandOptions } from './commands/slow.ts';
import type { LockOptions } from './environment/lock-settings.ts';
import type { Period } from './package-commands/upkeep-task.ts';
import type { RoleKind } from './roles/role-rights.ts';

/** As `upkeep-task.ts` has them, which is loaded only when it is needed. */
const PERIODS: readonly Period[] = ['weekly', 'monthly', 'quarterly', 'annually'];

interface Common {
  readonly json?: boolean;
}

/** The commands, which throw what is wrong with a call; each loads its code when it runs, so that `--help` answers at once. */
export function buildProgram(): Command {
  const program = new Command('migrator')
    .description('Bring a database to the composed schema, safely, and keep it there.')
    .version(readVersion())
    .showSuggestionAfterError()
    .enablePositionalOptions()
    .configureOutput({ outputError: () => undefined })
    .exitOverride()
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 a bug, 2 wrong call or unmet precondition, 3 not up to date, 4 failed.',
    );

  const env = program.command('env').description('the environment: .env and its keys');
  env
    .command('init')
    .description('write .env from .env.example with fresh keys; never overwrites')
    .option('--json', 'print the result as JSON')
    .action(async (options: Common) => (await import('./commands/env.ts')).init(options));
  env
    .command('check')
    .description('find every fault of the environment at once; shows no value')
    .option('--json', 'print the faults as JSON')
    .action(async (options: Common) => (await import('./commands/env.ts')).check(options));

  program
    .command('doctor')
    .description('examine this host, the server and the rights on it; exit 3 warnings, 4 critical')
    .option('--json', 'print the findings as JSON')
    .action(async (options: Common) => (await import('./commands/doctor.ts')).doctor(options));

  withReportOptions(
    program
      .command('health')
      .description('look after a database in use, whosever it is; exit 3 warnings, 4 critical'),
  )
    .addHelpText(
      'after',
      '\nExamples:\n  migrator health\n  migrator health --watch 10\n  migrator health --format openmetrics > /var/lib/node_exporter/database.prom',
    )
    .action(async (options: ReportOptions) =>
      (await import('./commands/health.ts')).health(options),
    );

  withReportOptions(
    program
      .command('sizes')
      .description('how much each table takes, with its indexes, and each domain; and the growth'),
  )
    .option('--since <file>', 'compare with what `sizes --json` printed into it, not the last run')
    .addHelpText(
      'after',
      '\nExamples:\n  migrator sizes\n  migrator sizes --json > monday.json\n  migrator sizes --since monday.json',
    )
    .action(async (options: ReportOptions & { since?: string }) =>
      (await import('./commands/sizes.ts')).sizes(options),
    );

  withReportOptions(
    program
      .command('slow')
      .description('which queries take the time, without their values, from pg_stat_statements'),
  )
    .addOption(
      new Option('--by <measure>', 'what to rank them by')
        .choices(['total', 'mean', 'max', 'calls', 'rows', 'reads', 'temp'])
        .default('total'),
    )
    .option('--limit <n>', 'how many', fromOne, 20)
    .addOption(
      new Option(
        '--plan <id>',
        'how the server would run the query of this id; nothing of it runs',
      ).conflicts(['watch', 'format']),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  migrator slow --by mean --limit 5\n  migrator slow --plan -4839210957731284520\n  migrator slow --by calls --watch 10',
    )
    .action(async (options: SlowCommandOptions) =>
      (await import('./commands/slow.ts')).slow(options),
    );

  const maintain = program
    .command('maintain')
    .description('vacuum, analyse and rebuild what needs it, while others work; exit 4 on failures')
    .addArgument(
      new Argument('[period]', 'also the upkeep of packages that is due so often').choices(PERIODS),
    )
    .option('--dry-run', 'print the statements and why, and change nothing')
    .addOption(
      new Option('--done <task>', 'record that a person has done a task of the period').conflicts(
        'dryRun',
      ),
    )
    .option('--by <user>', 'who has done it')
    .option('--note <text>', 'what was found')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nCut off, it is simply run again: what is done needs nothing any more.\n\nExamples:\n  migrator maintain --dry-run\n  migrator maintain --lock-attempts 3\n  migrator maintain weekly\n  migrator maintain weekly --done review --by ada@example.org',
    )
    .action(
      async (
        period: Period | undefined,
        options: Common &
          LockOptions & { dryRun?: boolean; done?: string; by?: string; note?: string },
      ) => {
        const { done, by, note, ...rest } = options;
        if (done === undefined) {
          if (by !== undefined || note !== undefined) {
            throw new InvalidArgumentError('--by and --note belong to --done.');
          }
          return (await import('./commands/maintain.ts')).maintain(period, rest);
        }
        if (period === undefined || by === undefined) {
          throw new InvalidArgumentError('--done needs a period, and --by.');
        }
        const { completeUpkeep } = await import('./commands/complete-upkeep.ts');
        const completion = { period, task: done, person: by, note: note ?? null };
        return completeUpkeep({ ...completion, json: options.json ?? false });
      },
    );
  withLockOptions(maintain);

  program
    .command('commands')
    .description('the commands that the workspace’s packages bring besides these')
    .option('--json', 'print them as JSON')
    .action(async (options: Common) =>
      (await import('./commands/list-commands.ts')).listCommands(options),
    );

  const roles = program
    .command('roles')
    .description('the owner, the application role, and those that read, audit and back up');
  roles
    .command('sync')
    .description('make the roles with the least rights; safe to run again')
    .option('--print', 'print the SQL for an administrator instead')
    .option('--json', 'print the result as JSON')
    .action(async (options: Common & { print?: boolean }) =>
      (await import('./commands/roles.ts')).sync(options),
    );
  roles
    .command('url')
    .description('print a role’s connection URL, with its password')
    .addArgument(
      new Argument('[role]', 'which')
        .choices(['owner', 'application', 'read-only', 'auditor', 'backup'])
        .default('application'),
    )
    .action(async (role: RoleKind | 'owner') => (await import('./commands/roles.ts')).url(role));

  program
    .command('dev')
    .description('write the migration for what changed in the schema, and apply it')
    .requiredOption('--name <name>', 'what it does: add_invoices')
    .option('--create-only', 'write it and do not apply it')
    .option('--accept-data-loss', 'write it although it destroys data')
    .option(
      '--rename <old=new>',
      'what is renamed, not dropped and added: items=products, items.name=title, Status.OPEN=NEW',
      (rename: string, before: readonly string[] = []) => [...before, rename],
    )
    .option('--no-rename', 'nothing is renamed: what went is dropped')
    .option('--json', 'print the result as JSON')
    .action(
      async (
        options: Common & {
          name: string;
          createOnly?: boolean;
          acceptDataLoss?: boolean;
          rename?: readonly string[] | boolean;
        },
      ) => {
        const { rename, ...rest } = options;
        const { dev } = await import('./commands/dev.ts');
        return dev({ ...rest, rename: rename === true ? [] : (rename ?? []) });
      },
    );

  program
    .command('plan')
    .description('what deploy would lock, read and write anew, and for how long; exit 3 when risky')
    .option('--stats <file>', 'judge by the sizes in this file, without a database')
    .addOption(
      new Option('--stats-out <file>', 'write the database’s sizes to this file instead').conflicts(
        ['stats', 'markdown'],
      ),
    )
    .option('--stats-max-age <days>', 'refuse a file that is older', wholeNumber, 90)
    .option('--markdown', 'print it for a pull request')
    .addOption(new Option('--json', 'print it as JSON').conflicts('markdown'))
    .action(
      async (
        options: Common & {
          markdown?: boolean;
          stats?: string;
          statsOut?: string;
          statsMaxAge: number;
        },
      ) => (await import('./commands/plan.ts')).plan(options),
    );

  program
    .command('lint [scripts...]')
    .description(
      'what pending migrations should not do, and what to write instead; exit 3 on errors',
    )
    .addOption(
      new Option('--all', 'the whole history, as if every table were large').conflicts([
        'stats',
        'explain',
      ]),
    )
    .addOption(
      new Option('--stats <file>', 'judge by the sizes in this file, without a database').conflicts(
        'explain',
      ),
    )
    .option('--stats-max-age <days>', 'refuse a file that is older', wholeNumber, 90)
    .option('--explain <rule>', 'explain a rule, or list all of them')
    .option('--json', 'print it as JSON')
    .addHelpText(
      'after',
      `
Examples:
  migrator lint                          the pending migrations, by the database's sizes
  migrator lint --stats stats.json       by those of production, see plan --stats-out
  migrator lint 20260101120000_orders    one migration, after those before it
  migrator lint --explain all            every rule

A comment "-- lint-allow <rule>: <reason>" above a statement allows what the rule forbids.`,
    )
    .action(
      async (
        scripts: string[],
        options: Common & {
          all?: boolean;
          stats?: string;
          statsMaxAge: number;
          explain?: string;
        },
      ) => (await import('./commands/lint.ts')).lint(scripts, options),
    );

  const deploy = program
    .command('deploy')
    .description('apply pending migrations, then SQL objects')
    .option('--dry-run', 'tell what would be done and change nothing')
    .option('--prune', 'drop objects that no file in sql/ makes any more')
    .option('--contract', 'drop columns that wait for the next release: no running one uses them')
    .option('--json', 'print the result as JSON')
    .action(
      async (
        options: Common & LockOptions & { dryRun?: boolean; prune?: boolean; contract?: boolean },
      ) => (await import('./commands/deploy.ts')).deploy(options),
    );
  withLockOptions(deploy);

  addBackfill(program);

  const rollback = program
    .command('rollback')
    .description('back up, then undo the newest migrations by their down.sql')
    .option('--steps <n>', 'how many (default: all that the newest change is made of)', fromOne)
    .addOption(
      new Option('--to <migration>', 'the one that is to be the newest afterwards').conflicts(
        'steps',
      ),
    )
    .option('--dry-run', 'try it, tell what would be lost, and change nothing')
    .option('--accept-data-loss', 'go on although values are lost')
    .option('--backup <file>', 'where to back up first (default: a new file in backups/)')
    .option('--no-backup', 'do not back up first')
    .option('--plain-backup', 'do NOT encrypt the backup; else it is for BACKUP_RECIPIENTS')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  migrator rollback --dry-run\n  migrator rollback --steps 2\n  migrator rollback --to 20260101120000_orders --no-backup',
    )
    .action(
      async (
        options: Common &
          LockOptions & {
            to?: string;
            steps?: number;
            dryRun?: boolean;
            acceptDataLoss?: boolean;
            backup?: string | boolean;
            plainBackup?: boolean;
          },
      ) => (await import('./commands/rollback.ts')).rollback({ backup: true, ...options }),
    );
  withLockOptions(rollback);

  const backup = program
    .command('backup')
    .description('write an encrypted backup of the database, as of one moment')
    .enablePositionalOptions()
    .option('--out <file>', 'where to; - is standard output (default: a new file in backups/)')
    .option(
      '--recipient <key>',
      'who can open it, age1…; BACKUP_RECIPIENTS unless told',
      gather,
      [],
    )
    .addOption(new Option('--plain', 'do NOT encrypt it').conflicts('recipient'))
    .addOption(
      new Option('--engine <engine>', 'who writes the structure: pg_dump what builtin cannot')
        .choices(['auto', 'builtin', 'pg_dump'])
        .default('auto'),
    )
    .option('--json', 'print the manifest as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  migrator backup keygen /safe/place/backup.key\n  migrator backup --recipient age1…\n  migrator backup --out - | ssh store "cat > shop.backup.age"',
    )
    .action(
      async (
        options: Common & {
          out?: string;
          recipient: string[];
          plain?: boolean;
          engine: 'auto' | 'builtin' | 'pg_dump';
        },
      ) => {
        if (options.json === true && options.out === '-') {
          throw new InvalidArgumentError('--json and --out - both take standard output.');
        }
        return (await import('./commands/backup.ts')).backup(options);
      },
    );
  backup
    .command('keygen <file>')
    .description('make a key: the secret part into a new file, the public part printed')
    .option('--json', 'print the result as JSON')
    .action(async (file: string, options: Common) =>
      (await import('./commands/backup.ts')).keygen(file, options),
    );
  backup
    .command('verify <file>')
    .description('restore a backup into a database of its own, compare everything, and drop it')
    .option('--identity <file>', 'a secret key; BACKUP_IDENTITY_FILE unless told', gather, [])
    .option('--json', 'print the manifest as JSON')
    .action(async (file: string, options: Common & { identity: string[] }) =>
      (await import('./commands/backup.ts')).verifyBackup(file, options),
    );

  backup
    .command('prune')
    .description('remove old backups of a folder; of each database the newest good one stays')
    .option('--keep <n>', 'so many of each database stay, the newest', fromOne)
    .option(
      '--older-than <days>',
      'what is younger stays; with --keep both must let it go',
      fromOne,
    )
    .option('--dir <folder>', 'the folder', 'backups')
    .option(
      '--identity <file>',
      'a secret key, to prove what stays; BACKUP_IDENTITY_FILE unless told',
      gather,
      [],
    )
    .option('--dry-run', 'tell what would be removed, and remove nothing')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  migrator backup prune --keep 14 --older-than 30 --dry-run\n  migrator backup prune --keep 14',
    )
    .action(
      async (
        options: Common & {
          dir: string;
          keep?: number;
          olderThan?: number;
          identity: string[];
          dryRun?: boolean;
        },
      ) => {
        if (options.keep === undefined && options.olderThan === undefined) {
          throw new InvalidArgumentError('It needs --keep or --older-than, or both.');
        }
        return (await import('./commands/prune-backups.ts')).prune(options);
      },
    );

  program
    .command('restore <file>')
    .description('read a backup into a new database, compare everything, and give it its name')
    .addOption(new Option('--into <database>', 'a new database').conflicts('replace'))
    .option('--replace', 'put it in the place of DATABASE_URL’s, which is kept under another name')
    .option('--end-sessions', 'end the sessions of others in the database that is replaced')
    .option('--identity <file>', 'a secret key; BACKUP_IDENTITY_FILE unless told', gather, [])
    .option('--dry-run', 'read the whole file, tell what it holds, and restore nothing')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  migrator restore shop.backup.age --dry-run --identity backup.key\n  migrator restore shop.backup.age --into shop_of_monday --identity backup.key\n  migrator restore shop.backup.age --replace --identity backup.key',
    )
    .action(
      async (
        file: string,
        options: Common & {
          into?: string;
          replace?: boolean;
          endSessions?: boolean;
          identity: string[];
          dryRun?: boolean;
        },
      ) => (await import('./commands/restore.ts')).restore(file, options),
    );

  program
    .command('resolve [migration]')
    .description('show what a failed migration did, as the catalog proves it, and resolve it')
    .addOption(
      new Option('--continue', 'run the statements that are not done').conflicts([
        'rolledBack',
        'applied',
      ]),
    )
    .addOption(
      new Option('--rolled-back', 'undo what is done, and count it as never applied').conflicts(
        'applied',
      ),
    )
    .option('--applied', 'count it as applied; the catalog must prove it')
    .option('--force', 'take your word for statements that leave no trace in the catalog')
    .option('--json', 'print the result as JSON')
    .action(
      async (
        migration: string | undefined,
        options: Common & {
          continue?: boolean;
          rolledBack?: boolean;
          applied?: boolean;
          force?: boolean;
        },
      ) => (await import('./commands/resolve.ts')).resolve(migration, options),
    );

  program
    .command('status')
    .description('where the database stands beside the history; exit 3 when not up to date')
    .option('--json', 'print it as JSON')
    .action(async (options: Common) => (await import('./commands/status.ts')).status(options));

  program
    .command('verify')
    .description('compare the database with the schema, object by object; exit 3 when they differ')
    .addOption(
      new Option('--skip <parts...>', 'leave out what takes long').choices(['orphans', 'engine']),
    )
    .addOption(
      new Option(
        '--reversible',
        'prove instead, in a database of its own, that each migration goes up, down and up again',
      ).conflicts('skip'),
    )
    .option('--json', 'print the differences and counts as JSON')
    .action(
      async ({
        skip = [],
        reversible,
        ...options
      }: Common & { skip?: string[]; reversible?: boolean }) =>
        reversible === true
          ? (await import('./commands/verify-reversible.ts')).verifyReversible(options)
          : (await import('./commands/verify.ts')).verify({ ...options, skip }),
    );

  program
    .command('drift')
    .description('compare the database with what its history makes; exit 3 when they differ')
    .addOption(
      new Option('--sql <side>', 'print the SQL that leads to one side').choices([
        'history',
        'database',
      ]),
    )
    .addOption(
      new Option(
        '--fix',
        'write the migration that makes the history follow the database',
      ).conflicts('sql'),
    )
    .option('--name <name>', 'the name of that migration', 'drift')
    .option('--json', 'print the result as JSON')
    .action(
      async (options: Common & { sql?: 'history' | 'database'; fix?: boolean; name: string }) =>
        (await import('./commands/drift.ts')).drift(options),
    );

  program
    .command('rebase')
    .description('put this branch’s migrations after those of another, where the order is free')
    .option('--onto <ref>', 'the other branch; what is being merged, origin/main or main')
    .option('--dry-run', 'prove it, tell what would be renamed, and change nothing')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  migrator rebase\n  migrator rebase --onto origin/release --dry-run',
    )
    .action(async (options: Common & { onto?: string; dryRun?: boolean }) =>
      (await import('./commands/rebase.ts')).rebase(options),
    );

  program
    .command('baseline')
    .description('record the migrations that a database made otherwise already holds')
    .option('--to <migration>', 'the newest one it holds; found out unless told')
    .option('--dry-run', 'prove it, tell what would be recorded, and change nothing')
    .addOption(
      new Option('--sql', 'print the SQL that makes the database what it is to hold').conflicts(
        'dryRun',
      ),
    )
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  migrator baseline --dry-run\n  migrator baseline --to 20260101120000_first',
    )
    .action(async (options: Common & { to?: string; dryRun?: boolean; sql?: boolean }) =>
      (await import('./commands/baseline.ts')).baseline(options),
    );

  program
    .command('squash')
    .description('replace the first migrations by one that is proved to make the same')
    .option('--to <migration>', 'the newest one to replace; all unless told')
    .option('--name <name>', 'the name of the squash', 'squashed')
    .option('--dry-run', 'prove it and change nothing')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  migrator squash --dry-run\n  migrator squash --to 20260101120000_first --name start',
    )
    .action(async (options: Common & { to?: string; name: string; dryRun?: boolean }) =>
      (await import('./commands/squash.ts')).squash(options),
    );

  program
    .command('seal')
    .description('write down.sql, meta.json and the sum for migrations of the prisma CLI')
    .option('--json', 'print the result as JSON')
    .action(async (options: Common) => (await import('./commands/seal.ts')).seal(options));

  program
    .command('seed')
    .description('bring the packages’ reference data in; what people changed is kept')
    .option('--dry-run', 'tell what would be done and change nothing')
    .option('--json', 'print the result as JSON')
    .action(async (options: Common & { dryRun?: boolean }) =>
      (await import('./commands/seed.ts')).seed(options),
    );

  return program;
}

function addBackfill(program: Command): void {
  const backfill = program
    .command('backfill')
    .description('change the rows of a table in small batches, while it is in use');
  backfill
    .command('list')
    .description('the backfills of all packages, and where they stand')
    .option('--json', 'print them as JSON')
    .action(async (options: Common) => (await import('./commands/backfill.ts')).list(options));
  backfill
    .command('status [names...]')
    .description('how far they are; exit 3 when one is not complete')
    .option('--json', 'print it as JSON')
    .action(async (names: string[], options: Common) =>
      (await import('./commands/backfill.ts')).status(names, options),
    );
  runOptions(backfill.command('run [names...]'))
    .description('run them from where they stand; Ctrl-C ends after a batch')
    .option('--all', 'every one that is not complete')
    .option('--dry-run', 'count the rows that are left, show the SQL, and change nothing')
    .addHelpText('after', '\nExample: migrator backfill run catalog/slugs --rate 5000')
    .action(async (names: string[], options: BackfillRunOptions) =>
      (await import('./commands/backfill.ts')).run(names, options),
    );
  backfill
    .command('pause <names...>')
    .description('end a run after its batch, from another terminal')
    .option('--json', 'print the result as JSON')
    .action(async (names: string[], options: Common) =>
      (await import('./commands/backfill.ts')).pause(names, options),
    );
  runOptions(backfill.command('resume <names...>'))
    .description('run what was paused, from where it stands')
    .action(async (names: string[], options: BackfillRunOptions) =>
      (await import('./commands/backfill.ts')).resume(names, options),
    );
  backfill
    .command('reset <name>')
    .description('forget how far it was: its next run begins at the first row')
    .option('--json', 'print the result as JSON')
    .action(async (name: string, options: Common) =>
      (await import('./commands/backfill.ts')).reset(name, options),
    );
}

/** Of the package, whose folder holds both this file's folder and the bundle's. */
function readVersion(): string {
  const manifest = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}

interface BackfillRunOptions extends Common, LockOptions {
  readonly all?: boolean;
  readonly dryRun?: boolean;
  readonly batch: number;
  readonly rate?: number;
}

function runOptions(command: Command): Command {
  command
    .option('--batch <rows>', 'the most rows of one batch', fromOne, 10_000)
    .option('--rate <rows>', 'the most rows a second', fromOne)
    .option('--json', 'print the result as JSON');
  withLockOptions(command);
  return command;
}

/** For commands that look, and may look again and again. */
function withReportOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--format <form>', 'how to print it')
        .choices(['text', 'json', 'openmetrics'])
        .default('text'),
    )
    .option('--watch [seconds]', 'look again and again, every 5 seconds unless told', fromOne)
    .addOption(new Option('--json', 'print it as JSON').conflicts('format'));
}

/** Defaults are not commander's: the environment comes between them and the options. */
function withLockOptions(command: Command): void {
  command
    .option('--lock-timeout <ms>', 'how long a statement may wait for a lock (2000)', wholeNumber)
    .option(
      '--statement-timeout <ms>',
      'how long a statement may run (1 h in transactions)',
      wholeNumber,
    )
    .option('--lock-attempts <n>', 'how often to try for locks, with growing pauses (10)', fromOne)
    .option('--lock-pause <ms>', 'how long the first pause may last (500)', wholeNumber);
}

function fromOne(text: string): number {
  const number = wholeNumber(text);
  if (number === 0) throw new InvalidArgumentError('It takes a whole number from 1 on.');
  return number;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It takes a whole number.');
  return Number(text);
}

/** For options that may be given several times. */
function gather(value: string, values: readonly string[]): string[] {
  return [...values, value];
}
