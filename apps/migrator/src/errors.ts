import { CodedError } from '@holovitals/errors';

export function callInvalid(fault: string, hint: string, command: string | undefined): CodedError {
  // What was typed may be a URL, and shown as it is it would show its password.
  const masked = fault.replaceAll(/\/\/[^@/\s]*@/g, '//…@');
  return new CodedError({
    code: 'MIGRATOR.CALL_INVALID',
    kind: 'invalid',
    message: `The call is not understood: ${masked}`,
    why: hint === '' ? undefined : hint,
    fix: `Run \`pnpm migrator ${command === undefined ? '' : `${command} `}--help\`.`,
  });
}

export function workspaceUnreadable(file: string, why: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.WORKSPACE_UNREADABLE',
    kind: 'invalid',
    message: `${file} cannot be read; nothing was done.`,
    why,
    fix: 'Correct it, or bring it back from version control.',
  });
}

export function databaseUrlMissing(): CodedError {
  return new CodedError({
    code: 'MIGRATOR.DATABASE_URL_MISSING',
    kind: 'invalid',
    message: 'DATABASE_URL is not set, and NODE_ENV is "production".',
    why: 'The embedded server is for development; production data belongs on a server of your own.',
    fix: 'Set DATABASE_URL to postgresql://user:password@host:5432/database.',
  });
}

export function databaseUrlMalformed(variable: string, why?: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.DATABASE_URL_MALFORMED',
    kind: 'invalid',
    message: `${variable} is not a PostgreSQL URL with a database.`,
    why,
    fix: `Write ${variable} as postgresql://user:password@host:5432/database.`,
  });
}

export function connectionFailed(
  host: string,
  why: string,
  fix: string,
  sqlstate?: string,
): CodedError {
  return new CodedError({
    code: 'MIGRATOR.CONNECTION_FAILED',
    kind: 'unavailable',
    message: `No connection to the database at ${host}.`,
    why,
    fix,
    details: { sqlstate },
  });
}

export function serverUnsupported(version: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.SERVER_UNSUPPORTED',
    kind: 'invalid',
    message: `PostgreSQL ${version} is too old; nothing was done.`,
    why: 'The schema needs PostgreSQL 14 or newer.',
    fix: 'Move the data to a server of PostgreSQL 14 to 18, and point DATABASE_URL at it.',
  });
}

export function replicaRefused(host: string, primary: string | null): CodedError {
  return new CodedError({
    code: 'MIGRATOR.REPLICA_REFUSED',
    kind: 'invalid',
    message: `The server at ${host} is a replica; nothing was done.`,
    why: `It only repeats what its primary${primary === null ? '' : ` at ${primary}`} does, and takes no change of its own.`,
    fix: 'Point DATABASE_URL at the primary; `pnpm migrator health` and `pnpm migrator sizes` also look at a replica.',
  });
}

export function databaseForeign(names: readonly string[], count: number): CodedError {
  const more = count > names.length ? `, and ${count - names.length} more` : '';
  return new CodedError({
    code: 'MIGRATOR.DATABASE_FOREIGN',
    kind: 'conflict',
    message: 'The database holds tables that no migration made; nothing was applied.',
    why: `No migration is recorded, and schema public has ${names.join(', ')}${more}.`,
    fix: 'Point DATABASE_URL at an empty database, such as one made by `pnpm db create NAME`. Where this one holds the schema, `pnpm migrator baseline` records that.',
    details: { names, count },
  });
}

export function databaseUndeployed(database: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.DATABASE_UNDEPLOYED',
    kind: 'missing',
    message: `No migration is applied to database ${database}; nothing was done.`,
    why: 'What packages bring works on the tables of the schema.',
    fix: 'Run `pnpm migrator deploy`. Where this database holds the schema already, `pnpm migrator baseline` records that.',
  });
}

export function databaseFault(doing: string, why: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.DATABASE_FAULT',
    kind: 'unavailable',
    message: `The database refused: ${doing}.`,
    why,
    fix: 'Mend the cause and run the command again; `pnpm migrator status` tells where things stand.',
  });
}

const STATEMENTS_WAYS = {
  absent: [
    'The server has no extension pg_stat_statements.',
    'Install the contrib package of the server, set shared_preload_libraries to pg_stat_statements, start it again, and run CREATE EXTENSION pg_stat_statements; as a superuser.',
  ],
  unloaded: [
    'The library pg_stat_statements is not loaded, so nothing is counted.',
    "A superuser runs: ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'; with what stands there already before it, starts the server again, and runs: CREATE EXTENSION IF NOT EXISTS pg_stat_statements;",
  ],
  missing: [
    'The server counts, and the extension that shows it is not in the database.',
    'A superuser runs: CREATE EXTENSION pg_stat_statements;',
  ],
  closed: [
    'The role of DATABASE_URL may not read the extension.',
    'An administrator runs: GRANT pg_read_all_stats TO the role, and GRANT USAGE ON SCHEMA … where the extension is.',
  ],
  old: [
    'The extension is older than the server.',
    'A superuser runs: ALTER EXTENSION pg_stat_statements UPDATE;',
  ],
} as const;

export function slowUnavailable(state: keyof typeof STATEMENTS_WAYS, database: string): CodedError {
  const [why, fix] = STATEMENTS_WAYS[state];
  return new CodedError({
    code: 'MIGRATOR.SLOW_UNAVAILABLE',
    kind: 'missing',
    message: `Slow queries of database ${database} are not known.`,
    why,
    fix,
    details: { state },
  });
}

export function queryUnknown(id: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.QUERY_UNKNOWN',
    kind: 'missing',
    message: `The server has counted no query ${id} whose text may be seen.`,
    fix: 'Run `pnpm migrator slow` and name one by its first number.',
  });
}

export function queryUnplannable(id: string, why: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.QUERY_UNPLANNABLE',
    kind: 'invalid',
    message: `There is no plan of query ${id}; nothing was run.`,
    why,
    fix: 'Run EXPLAIN on the query as the application writes it, in `psql`.',
  });
}

export function maintenanceRunning(): CodedError {
  return new CodedError({
    code: 'MIGRATOR.MAINTENANCE_RUNNING',
    kind: 'conflict',
    message: 'Another session maintains this database; nothing was done.',
    why: 'Two would rebuild the same indexes, and wait for each other.',
    fix: 'Let it end; `pnpm migrator health` tells whether a session waits, and for whom.',
  });
}

export function lockUnavailable(
  doing: string,
  attempts: number,
  why: string,
  fix: string,
): CodedError {
  return new CodedError({
    code: 'MIGRATOR.LOCK_UNAVAILABLE',
    kind: 'unavailable',
    message: `No lock for ${doing} in ${attempts} attempt(s); nothing of it was done.`,
    why,
    fix,
  });
}

export function statementCut(doing: string, why: string, limitMs: number): CodedError {
  return new CodedError({
    code: 'MIGRATOR.STATEMENT_CUT',
    kind: 'unavailable',
    message: `A statement was cut off; nothing of it was done: ${doing}.`,
    why: `${why} The time limit is ${limitMs} ms.`,
    fix: 'See with `pnpm migrator plan` what it does; where it may take longer, give `--statement-timeout`.',
  });
}

export function manifestMissing(file: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.MANIFEST_MISSING',
    kind: 'missing',
    message: `The schema is not composed: ${file} is missing.`,
    fix: 'Run `pnpm build`.',
  });
}

export function historyBroken(problems: readonly string[], fix: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.HISTORY_BROKEN',
    kind: 'conflict',
    message:
      'The migrations on disk and those in the database do not fit together; nothing was applied.',
    why: problems.join(' '),
    fix,
    details: { problems },
  });
}

export function migrationFailed(name: string, why: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.MIGRATION_FAILED',
    kind: 'unavailable',
    message: `Migration ${name} failed; all it had done was undone.`,
    why,
    fix: `Mend the cause, run \`pnpm migrator resolve ${name} --rolled-back\`, then \`pnpm migrator deploy\`.`,
  });
}

export function migrationCutOff(name: string, why: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.MIGRATION_CUT_OFF',
    kind: 'unavailable',
    message: `Migration ${name} failed outside a transaction: a part of it may be done.`,
    why,
    fix: `Run \`pnpm migrator resolve ${name}\`: it shows what was done, and what can be done with it.`,
  });
}

export function migrationUnreadable(
  name: string,
  why: string,
  file: 'migration.sql' | 'down.sql' | 'meta.json' = 'migration.sql',
): CodedError {
  return new CodedError({
    code: 'MIGRATOR.MIGRATION_UNREADABLE',
    kind: 'invalid',
    message: `Migration ${name} cannot be read.`,
    why,
    fix: `Bring its ${file} back from version control, or remove the folder if it is none.`,
  });
}

export function sumsConflicting(why: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.SUMS_CONFLICTING',
    kind: 'conflict',
    message: 'migrations.sum does not tell one history; nothing was applied.',
    why,
    fix: 'Settle which migrations are to stay, and run `pnpm migrator seal`.',
  });
}

export function scriptUnparsable(place: {
  readonly line: number;
  readonly column: number;
}): CodedError {
  return new CodedError({
    code: 'MIGRATOR.SCRIPT_UNPARSABLE',
    kind: 'invalid',
    message: `The SQL has a syntax error at line ${place.line}, column ${place.column}.`,
    why: 'The grammar of PostgreSQL 18 does not accept it there.',
    fix: 'Correct the script at that place.',
    details: { ...place },
  });
}

export function lintRulesUnreadable(file: string, why: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.LINT_RULES_UNREADABLE',
    kind: 'invalid',
    message: `The lint rules of ${file} cannot be used.`,
    why,
    fix: 'Build the package, and let the module export a list `lintRules` as docs/lint.md describes it.',
  });
}

export function lintRuleUnknown(code: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.LINT_RULE_UNKNOWN',
    kind: 'invalid',
    message: `There is no lint rule ${code}.`,
    fix: 'Run `pnpm migrator lint --explain all`.',
  });
}

export function scriptUnreadable(file: string, why: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.SCRIPT_UNREADABLE',
    kind: 'invalid',
    message: `${file} is no migration and no SQL script.`,
    why,
    fix: 'Name a migration, its folder, or a file of SQL in UTF-8.',
  });
}

export function lintFailed(lines: readonly string[]): CodedError {
  return new CodedError({
    code: 'MIGRATOR.LINT_FAILED',
    kind: 'invalid',
    message: `The pending migrations do what lint forbids (${lines.length}); nothing was applied.`,
    why: lines.join('\n'),
    fix: 'Run `pnpm migrator lint` and write what it says instead; where it is meant, put `-- lint-allow <rule>: <reason>` above the statement.',
    details: { findings: lines },
  });
}

export function migrationUnsealed(names: readonly string[]): CodedError {
  return new CodedError({
    code: 'MIGRATOR.MIGRATION_UNSEALED',
    kind: 'invalid',
    message: `Not sealed: ${names.join(', ')}.`,
    why: 'A migration without down.sql, meta.json and its line in migrations.sum runs only in development.',
    fix: 'Run `pnpm migrator seal`, look at what it wrote, and commit it.',
  });
}

export function nothingToRollBack(why: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.NOTHING_TO_ROLL_BACK',
    kind: 'invalid',
    message: 'There is no migration to undo; nothing was changed.',
    why,
    fix: 'Run `pnpm migrator status --json` and name one that is applied.',
  });
}

export function rollbackLoses(losses: readonly string[]): CodedError {
  return new CodedError({
    code: 'MIGRATOR.ROLLBACK_LOSES',
    kind: 'conflict',
    message: 'The way back would destroy data; nothing was changed.',
    why: losses.join(' '),
    fix: 'If the loss is meant, add `--accept-data-loss`.',
    details: { losses },
  });
}

export function rollbackIrreversible(reasons: readonly string[]): CodedError {
  return new CodedError({
    code: 'MIGRATOR.ROLLBACK_IRREVERSIBLE',
    kind: 'conflict',
    message: 'A migration says that it cannot be undone wholly; nothing was changed.',
    why: reasons.join(' '),
    fix: 'Read its down.sql; if what it leaves is meant, add `--accept-data-loss`.',
    details: { reasons },
  });
}

export function rollbackFailed(name: string, why: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.ROLLBACK_FAILED',
    kind: 'unavailable',
    message: `The way back of ${name} failed; it is still applied.`,
    why,
    fix: 'Mend the cause, or its down.sql (then `pnpm migrator seal`), and run the command again.',
  });
}

/** @param cause what kept the backup from being made */
export function rollbackUnsaved(cause: CodedError): CodedError {
  return new CodedError({
    code: 'MIGRATOR.ROLLBACK_UNSAVED',
    kind: cause.kind,
    message: 'No backup could be made first; nothing was rolled back.',
    why: `${cause.code}: ${[cause.message, cause.why].filter(Boolean).join(' ')}`,
    // What is `--out` to a backup is `--backup` to a rollback.
    fix: `${cause.fix?.replace('`--out`', '`--backup FILE`') ?? 'Mend the cause.'} If a backup is there already, add \`--no-backup\`.`,
    details: { code: cause.code },
    cause,
  });
}

export function rollbackRecipientsMissing(): CodedError {
  return new CodedError({
    code: 'MIGRATOR.ROLLBACK_UNSAVED',
    kind: 'invalid',
    message: 'No backup could be made first; nothing was rolled back.',
    why: 'BACKUP_RECIPIENTS names nobody who could open it.',
    fix: 'Make a key with `pnpm migrator backup keygen FILE` and set BACKUP_RECIPIENTS to its public part, or add `--plain-backup` for a backup in clear. If a backup is there already, add `--no-backup`.',
  });
}

export function nothingToResolve(why: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.NOTHING_TO_RESOLVE',
    kind: 'invalid',
    message: 'There is no such failed migration; nothing was changed.',
    why,
    fix: 'Run `pnpm migrator status`.',
  });
}

export function resolutionUnproven(
  name: string,
  resolution: string,
  lines: readonly string[],
  forcible: boolean,
): CodedError {
  return new CodedError({
    code: 'MIGRATOR.RESOLUTION_UNPROVEN',
    kind: 'conflict',
    message: `The database does not prove that ${name} is ${resolution}; it still counts as failed.`,
    why: lines.join('\n'),
    fix: forcible
      ? 'These leave no trace in the catalog. See whether the rows are as they should be, then add `--force`.'
      : `Run \`pnpm migrator resolve ${name}\` and mend by hand what it shows.`,
    details: { lines },
  });
}

export function lockHeld(holder: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.LOCK_HELD',
    kind: 'conflict',
    message: 'Another migrator holds the lock of this database.',
    why: holder,
    fix: 'Wait for it to end, or end its session, and run the command again.',
  });
}

export function poolerRefused(): CodedError {
  return new CodedError({
    code: 'MIGRATOR.POOLER_REFUSED',
    kind: 'invalid',
    message: 'A pooler in transaction mode stands before the server; nothing was done.',
    why: 'The lock that keeps two migrators apart belongs to a backend, and this pooler lends another one at every transaction.',
    fix: 'Point DATABASE_URL at the server itself, or at a pool in session mode.',
  });
}

export function dataLoss(losses: readonly string[]): CodedError {
  return new CodedError({
    code: 'MIGRATOR.DATA_LOSS',
    kind: 'conflict',
    message: 'The change would destroy data; nothing was written.',
    why: losses.join(' '),
    fix: 'If the loss is meant, add `--accept-data-loss`.',
    details: { losses },
  });
}

export function renameUndecided(
  renames: readonly string[],
  options: readonly string[],
): CodedError {
  return new CodedError({
    code: 'MIGRATOR.RENAME_UNDECIDED',
    kind: 'conflict',
    message: 'What went may be what came, under another name; nothing was written.',
    why: `Possible: ${renames.join(', ')}.`,
    fix: `Add ${options.map((it) => `\`${it}\``).join(' or ')}, or \`--no-rename\` where the old is dropped and the new is added.`,
    details: { renames },
  });
}

export function renameUnknown(renames: readonly string[]): CodedError {
  return new CodedError({
    code: 'MIGRATOR.RENAME_UNKNOWN',
    kind: 'invalid',
    message: `The change holds no such rename: ${renames.join(', ')}; nothing was written.`,
    why: 'The old one is still there, or the new one is there already or of another type.',
    fix: 'Run `pnpm migrator dev` without `--rename`: it tells the renames that are possible.',
    details: { renames },
  });
}

export function commandFailed(command: string, why: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.COMMAND_FAILED',
    kind: 'unavailable',
    message: `\`${command}\` failed; the migrations are applied.`,
    why,
    fix: 'Run the command alone to see why; package.json of the root names it under migrator.afterDev.',
  });
}

export function annotationInvalid(faults: readonly string[]): CodedError {
  return new CodedError({
    code: 'MIGRATOR.ANNOTATION_INVALID',
    kind: 'invalid',
    message: `PostgreSQL refuses ${faults.length} annotation(s); nothing was written.`,
    why: faults.join('\n'),
    fix: 'Correct the named lines and run the command again.',
    details: { faults },
  });
}

export function historyNotReplayable(name: string, why: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.HISTORY_NOT_REPLAYABLE',
    kind: 'invalid',
    message: `Migration ${name} does not run on a database made by those before it.`,
    why,
    fix: 'Correct the migration, or bring it back from version control.',
  });
}

export function changeUnsupported(table: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.CHANGE_UNSUPPORTED',
    kind: 'invalid',
    message: `Table ${table} exists, and its @partitionBy changes; nothing was written.`,
    why: 'A table becomes partitioned, or ceases to be, only by moving its rows into another.',
    fix: 'Write that migration by hand, or undo the change of @partitionBy.',
  });
}

export function changeRefused(why: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.CHANGE_REFUSED',
    kind: 'invalid',
    message: 'The server refused the migration that was planned; nothing was written.',
    why: `${why} Parts of the change are in each other's way, or a type does not become the other.`,
    fix: 'Change one part of the schema at a time, with `pnpm migrator dev --name <words>` between; in the place of a type that does not become the other, add a column, fill it with a backfill, and remove the old one.',
  });
}

export function replayNotPermitted(why: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.REPLAY_NOT_PERMITTED',
    kind: 'forbidden',
    message: 'The role of DATABASE_URL may not create the database in which migrations are tried.',
    why,
    fix: 'Give the role CREATEDB, or set SHADOW_DATABASE_URL to an empty database.',
  });
}

export function nameInvalid(name: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.NAME_INVALID',
    kind: 'invalid',
    message: `"${name}" cannot name a migration.`,
    fix: 'Use lower-case letters, digits and underscores, such as `--name add_invoices`.',
  });
}

export function seedInvalid(problems: readonly string[]): CodedError {
  return new CodedError({
    code: 'MIGRATOR.SEED_INVALID',
    kind: 'invalid',
    message: `${problems.length} fault(s) in the seeds; nothing was written.`,
    why: problems.slice(0, 20).join('\n'),
    fix: 'Correct the named rows and run `pnpm migrator seed` again.',
    details: { problems },
  });
}

export function roleNotPermitted(role: string, exists: boolean, variable: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.ROLE_NOT_PERMITTED',
    kind: 'forbidden',
    message: exists
      ? `The role ${role} does not accept the password of ${variable}, and the role of DATABASE_URL may not set another.`
      : `The role ${role} of ${variable} does not exist, and the role of DATABASE_URL may not create it.`,
    why: exists ? 'It does not administer that role.' : 'It lacks CREATEROLE.',
    fix: exists
      ? `Correct ${variable}.`
      : `Give \`pnpm migrator roles sync --print\` to an administrator, then set ${variable}.`,
  });
}

export function checksUnreadable(file: string, why: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.CHECKS_UNREADABLE',
    kind: 'invalid',
    message: `The checks of ${file} cannot be read.`,
    why,
    fix: 'Correct `migrator.checks` in its package.json, or build the package.',
  });
}

export function healthChecksUnreadable(file: string, why: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.HEALTH_CHECKS_UNREADABLE',
    kind: 'invalid',
    message: `The health checks of ${file} cannot be used.`,
    why,
    fix: 'Build the package, and let the module export a list `healthChecks` as docs/health.md describes it.',
  });
}

export function packageModuleUnreadable(file: string, list: string, why: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.PACKAGE_MODULE_UNREADABLE',
    kind: 'invalid',
    message: `The list \`${list}\` of ${file} cannot be used.`,
    why,
    fix: `Build the package, and let the module export a list \`${list}\` as docs/package-commands.md describes it.`,
  });
}

export function commandTaken(name: string, domain: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.COMMAND_TAKEN',
    kind: 'conflict',
    message: `The package of ${domain} brings a command \`${name}\`, which there is already.`,
    fix: 'Give it another name.',
  });
}

export function taskUnknown(task: string, known: readonly string[]): CodedError {
  return new CodedError({
    code: 'MIGRATOR.TASK_UNKNOWN',
    kind: 'invalid',
    message: `No package has a task ${task} of this period that a person does; nothing was recorded.`,
    why: known.length === 0 ? 'There is none.' : `There are: ${known.join(', ')}.`,
    fix: 'Name one of them.',
  });
}

export function rowsUnwritten(file: string, why: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.ROWS_UNWRITTEN',
    kind: 'unavailable',
    message: `The rows for ${file} could not be read; no part of the file was kept.`,
    why,
    fix: 'Mend the cause and run the command again.',
  });
}

export function checkFailed(name: string, why: string, cause: unknown): CodedError {
  return new CodedError({
    code: 'MIGRATOR.CHECK_FAILED',
    kind: 'unavailable',
    message: `The check ${name} did not run to its end.`,
    why,
    fix: 'Mend the check, or bring the database to what it asks, and run `pnpm migrator verify` again.',
    cause,
  });
}

export function rolesEqual(role: string, variables: readonly string[]): CodedError {
  const [first = '', second = ''] = variables;
  return new CodedError({
    code: 'MIGRATOR.ROLES_EQUAL',
    kind: 'invalid',
    message: `${first} and ${second} name the same role, ${role}.`,
    why:
      first === 'DATABASE_URL'
        ? 'Row security and rights on tables do not bind the role that owns them.'
        : 'Each role has the rights of its one purpose.',
    fix: `Unset ${second}, or name another role in it, and run \`pnpm migrator roles sync\`.`,
  });
}

export function sizesUnreadable(file: string, why: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.SIZES_UNREADABLE',
    kind: 'invalid',
    message: `The sizes in ${file} cannot be compared with.`,
    why,
    fix: 'Name a file that `pnpm migrator sizes --json` of this database was written to.',
  });
}

export function roleNotSetUp(kind: string, variable: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.ROLE_NOT_SET_UP',
    kind: 'missing',
    message: `There is no ${kind} role.`,
    why: `${variable} is not set: on a server of yours this role is made only when it is asked for.`,
    fix: `Set ${variable} to a URL with the role's name and a password, and run \`pnpm migrator roles sync\`.`,
  });
}

export function rightsMissing(owner: string, statements: readonly string[]): CodedError {
  return new CodedError({
    code: 'MIGRATOR.RIGHTS_MISSING',
    kind: 'forbidden',
    message: `${owner} lacks rights that migrations need, and may not take them.`,
    why: 'The database, its schema or its tables belong to another role.',
    fix: `An administrator runs, in this database: ${statements.map((sql) => `${sql};`).join(' ')}`,
    details: { statements },
  });
}

export function schemaClosed(
  kind: 'embedded' | 'external',
  names: { readonly role: string; readonly owner: string; readonly database: string },
): CodedError {
  const { role, owner, database } = names;
  return new CodedError({
    code: 'MIGRATOR.SCHEMA_CLOSED',
    kind: 'forbidden',
    message: `${role} may not create tables in schema public of database ${database}; nothing was done.`,
    why: `The database belongs to ${owner}, and from PostgreSQL 15 on only its owner may, and whom it lets.`,
    fix:
      kind === 'embedded'
        ? 'Run `pnpm migrator roles sync`.'
        : `An administrator runs, in this database: GRANT USAGE, CREATE ON SCHEMA public TO "${role}";`,
  });
}

export function objectInvalid(file: string, why: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.OBJECT_INVALID',
    kind: 'invalid',
    message: `${file} cannot be applied.`,
    why,
    fix: 'Correct the file and run `pnpm migrator deploy`.',
  });
}

export function schemaAhead(why: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.SCHEMA_AHEAD',
    kind: 'conflict',
    message: 'The composed schema has tables or columns that no migration makes.',
    why,
    fix: 'Write the migration with `pnpm migrator dev --name …`, or bring the fragments back.',
  });
}

export function objectBroken(migration: string, file: string, why: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.OBJECT_BROKEN',
    kind: 'invalid',
    message: `${file} does not fit the schema after ${migration}; nothing of either was done.`,
    why,
    fix: `Correct ${file} and run \`pnpm migrator deploy\`.`,
    details: { migration, file },
  });
}

export function objectsLeft(doing: string, identities: readonly string[]): CodedError {
  return new CodedError({
    code: 'MIGRATOR.OBJECTS_LEFT',
    kind: 'conflict',
    message: `${doing} cannot be applied while there ${identities.length === 1 ? 'is' : 'are'} ${identities.join(', ')}; nothing was done.`,
    why: 'What it changes is used there, and no file in sql/ makes that any more.',
    fix: 'Bring the file back, or drop what no file makes with `pnpm migrator deploy --prune`.',
    details: { identities },
  });
}

export function environmentInvalid(problems: readonly string[]): CodedError {
  return new CodedError({
    code: 'MIGRATOR.ENVIRONMENT_INVALID',
    kind: 'invalid',
    message: `${problems.length} fault(s) in the environment.`,
    why: problems.join('\n'),
    fix: 'Correct them in .env; `pnpm migrator env init` writes a new one where there is none.',
    details: { problems },
  });
}

export function schemaInvalid(diagnostics: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.SCHEMA_INVALID',
    kind: 'invalid',
    message: 'The fragments do not compose; nothing was written.',
    why: diagnostics,
    fix: 'Correct the named lines and run the command again.',
  });
}

export function statisticsInvalid(file: string, why: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.STATISTICS_INVALID',
    kind: 'invalid',
    message: `${file} does not hold a database's statistics.`,
    why,
    fix: 'Take them with `pnpm migrator plan --stats-out FILE`.',
  });
}

export function statisticsOutdated(file: string, why: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.STATISTICS_OUTDATED',
    kind: 'conflict',
    message: `The statistics of ${file} are too old to judge by.`,
    why,
    fix: 'Take them again with `pnpm migrator plan --stats-out FILE`, or allow more days with `--stats-max-age`.',
  });
}

export function statisticsForeign(file: string, why: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.STATISTICS_FOREIGN',
    kind: 'conflict',
    message: `The statistics of ${file} are of a database with another history.`,
    why,
    fix: 'Take them from a database of this schema with `pnpm migrator plan --stats-out FILE`.',
  });
}

export function recipientsMissing(): CodedError {
  return new CodedError({
    code: 'MIGRATOR.RECIPIENTS_MISSING',
    kind: 'invalid',
    message: 'Nobody is named who could open the backup; nothing was written.',
    why: 'A backup is encrypted unless it is told otherwise, and no recipient is given.',
    fix: 'Make a key with `pnpm migrator backup keygen FILE` and set BACKUP_RECIPIENTS to its public part, or add `--recipient age1…`, or `--plain` for a file in clear.',
  });
}

export function recipientInvalid(place: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.RECIPIENT_INVALID',
    kind: 'invalid',
    message: `${place} is not a public key of the age format; nothing was written.`,
    fix: 'Give what `pnpm migrator backup keygen` printed: it begins with age1.',
  });
}

export function backupBlinded(
  filtered: readonly string[],
  unreadable: readonly string[],
): CodedError {
  const list = (names: readonly string[]) => names.slice(0, 20).join(', ');
  return new CodedError({
    code: 'MIGRATOR.BACKUP_BLINDED',
    kind: 'forbidden',
    message: 'The role of DATABASE_URL does not see every row; nothing was written.',
    why: [
      ...(filtered.length > 0 ? [`Row security filters, also for it: ${list(filtered)}.`] : []),
      ...(unreadable.length > 0 ? [`It may not read: ${list(unreadable)}.`] : []),
    ].join(' '),
    fix: 'Run it as a role with BYPASSRLS that may read all tables, or as their owner after `ALTER TABLE … NO FORCE ROW LEVEL SECURITY`.',
    details: { filtered, unreadable },
  });
}

/** @param fix what would hold them */
export function backupUnsupported(names: readonly string[], fix: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.BACKUP_UNSUPPORTED',
    kind: 'conflict',
    message: 'The database has what a backup would lack; nothing was written.',
    why: `It has ${names.slice(0, 20).join(', ')}${names.length > 20 ? `, and ${names.length - 20} more` : ''}.`,
    fix,
    details: { names },
  });
}

export function clientMissing(
  serverMajor: number,
  found: readonly { readonly program: string; readonly version: string }[],
): CodedError {
  const list = found.map(({ program, version }) => `${program} is ${version}`).join(', ');
  return new CodedError({
    code: 'MIGRATOR.CLIENT_MISSING',
    kind: 'missing',
    message: `No pg_dump is installed that can read PostgreSQL ${serverMajor}; nothing was written.`,
    why: `A pg_dump reads servers up to its own version. ${list === '' ? 'None was found' : `Found: ${list}`}.`,
    fix: `Install the client programs of PostgreSQL ${serverMajor} or newer (Debian: package postgresql-client-${serverMajor}, from apt.postgresql.org where the release is older), or set PG_BIN to their folder.`,
  });
}

export function backupExists(file: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.BACKUP_EXISTS',
    kind: 'conflict',
    message: `${file} exists; nothing was written.`,
    why: 'A backup never replaces a file.',
    fix: 'Name another file with `--out`.',
  });
}

export function backupUnwritable(file: string, reason: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.BACKUP_UNWRITABLE',
    kind: 'unavailable',
    message: `${file} cannot be written; no part of it was kept.`,
    why: reason === 'ENOSPC' ? 'The disk is full (ENOSPC).' : `The system answered ${reason}.`,
    fix: 'Name another place with `--out`, or make room.',
  });
}

export function backupFailed(why: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.BACKUP_FAILED',
    kind: 'unavailable',
    message: 'The backup failed; no part of it was kept.',
    why,
    fix: 'Mend the cause and run the command again.',
  });
}

export function pruneUnsafe(database: string, faults: readonly string[]): CodedError {
  return new CodedError({
    code: 'MIGRATOR.PRUNE_UNSAFE',
    kind: 'conflict',
    message: `No backup of ${database} could be restored; nothing was removed.`,
    why: faults.slice(0, 20).join(' '),
    fix: 'Take one with `pnpm migrator backup`, or name the key that opens them with `--identity FILE`.',
    details: { faults },
  });
}

export function backupUnremovable(file: string, reason: string, removed: number): CodedError {
  return new CodedError({
    code: 'MIGRATOR.BACKUP_UNREMOVABLE',
    kind: 'unavailable',
    message: `${file} cannot be removed; ${removed} file(s) before it were.`,
    why: `The system answered ${reason}.`,
    fix: 'Run it as a user who may write in that folder.',
  });
}

export function backupForeign(why: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.BACKUP_FOREIGN',
    kind: 'invalid',
    message: 'The file is not a backup of this migrator; nothing was changed.',
    why,
    fix: 'Name a file that `pnpm migrator backup` wrote.',
  });
}

export function backupNewer(version: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.BACKUP_NEWER',
    kind: 'invalid',
    message: `The backup has format ${version}, which this migrator does not know; nothing was changed.`,
    fix: 'Use the migrator that wrote it, or a newer one.',
  });
}

export function backupDamaged(why: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.BACKUP_DAMAGED',
    kind: 'unavailable',
    message: 'The backup is damaged; nothing was changed.',
    why,
    fix: 'Fetch the file again from where it is kept, or take another backup.',
  });
}

export function backupUnreadable(file: string, reason: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.BACKUP_UNREADABLE',
    kind: 'missing',
    message: `${file} cannot be read.`,
    why: `The system answered ${reason}.`,
    fix: 'Name a file that is there and that you may read.',
  });
}

export function backupLocked(): CodedError {
  return new CodedError({
    code: 'MIGRATOR.BACKUP_LOCKED',
    kind: 'forbidden',
    message: 'No given identity opens the backup; nothing was changed.',
    why: 'It is encrypted for other recipients, or no identity is given.',
    fix: 'Add `--identity FILE`, or set BACKUP_IDENTITY_FILE, with the file that `pnpm migrator backup keygen` wrote for one of its recipients.',
  });
}

export function identityInvalid(file: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.IDENTITY_INVALID',
    kind: 'invalid',
    message: `${file} holds no identity of the age format.`,
    fix: 'Name a file that `pnpm migrator backup keygen` wrote.',
  });
}

export function restoreTargetInvalid(name: string, why: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.RESTORE_TARGET_INVALID',
    kind: 'conflict',
    message: `The backup cannot become database ${name}; nothing was changed.`,
    why,
    fix: 'Name a new database with `--into NAME`, or replace that of DATABASE_URL with `--replace`.',
  });
}

export function restoreTargetBusy(name: string, why: string, fix: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.RESTORE_TARGET_BUSY',
    kind: 'conflict',
    message: `Others are connected to database ${name}; it is as it was.`,
    why,
    fix,
  });
}

export function restoreRolesMissing(roles: readonly string[]): CodedError {
  return new CodedError({
    code: 'MIGRATOR.RESTORE_ROLES_MISSING',
    kind: 'missing',
    message: `The server lacks ${roles.length} role(s) of the backup; nothing was changed.`,
    why: `Missing: ${roles.join(', ')}. Roles belong to a server, not to a database.`,
    fix: 'Create them (`CREATE ROLE …`) and run the command again.',
    details: { roles },
  });
}

export function restoreNotPermitted(why: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.RESTORE_NOT_PERMITTED',
    kind: 'forbidden',
    message: 'The role of DATABASE_URL may not create the database into which the backup is read.',
    why,
    fix: 'Give the role CREATEDB: `ALTER ROLE … CREATEDB`.',
  });
}

export function restoreFailed(why: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.RESTORE_FAILED',
    kind: 'unavailable',
    message:
      'The backup could not be restored; what was begun is dropped, and the rest is as it was.',
    why,
    fix: 'Mend the cause and run the command again.',
  });
}

export function restoreDiffers(differences: readonly string[]): CodedError {
  return new CodedError({
    code: 'MIGRATOR.RESTORE_DIFFERS',
    kind: 'unavailable',
    message: `What was restored differs from the backup in ${differences.length} place(s); it is dropped, and the rest is as it was.`,
    why: differences.slice(0, 20).join('\n'),
    fix: 'Restore on a server of the same major version, with the same extensions, as a role with the same rights.',
    details: { differences },
  });
}

export function gitUnreadable(why: string, fix: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.GIT_UNREADABLE',
    kind: 'missing',
    message: 'The branches cannot be read from git; nothing was changed.',
    why,
    fix,
  });
}

export function rebaseRefused(problems: readonly string[], fix: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.REBASE_REFUSED',
    kind: 'conflict',
    message: 'The migrations of the branches cannot be put in a row; nothing was changed.',
    why: problems.join(' '),
    fix,
    details: { problems },
  });
}

export function rebaseApplied(names: readonly string[], steps: number): CodedError {
  return new CodedError({
    code: 'MIGRATOR.REBASE_APPLIED',
    kind: 'conflict',
    message: `This database has applied ${names.join(', ')} under the old name; nothing was changed.`,
    why: 'Renamed, it would count as gone there, and run once more.',
    fix: `Where the database is for development, run \`pnpm migrator rollback --steps ${steps}\`, then \`pnpm migrator rebase\` and \`pnpm migrator deploy\`.`,
    details: { names },
  });
}

export function rebaseConflict(
  lines: readonly string[],
  conflicts: readonly unknown[],
): CodedError {
  return new CodedError({
    code: 'MIGRATOR.REBASE_CONFLICT',
    kind: 'conflict',
    message: 'The order of the branches decides what the database becomes; nothing was changed.',
    why: lines.join('\n'),
    fix: 'Agree with the teams of these domains, change your migration so that it fits after theirs, and run `pnpm migrator rebase` again.',
    details: { conflicts },
  });
}

export function historyEmpty(): CodedError {
  return new CodedError({
    code: 'MIGRATOR.HISTORY_EMPTY',
    kind: 'missing',
    message: 'There is no migration on disk.',
    fix: 'Write the first with `pnpm migrator dev --name first`.',
  });
}

export function migrationUnknown(name: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.MIGRATION_UNKNOWN',
    kind: 'invalid',
    message: `There is no migration "${name}" on disk; nothing was changed.`,
    fix: 'Name the folder of one.',
  });
}

export function baselineRecorded(count: number): CodedError {
  return new CodedError({
    code: 'MIGRATOR.BASELINE_RECORDED',
    kind: 'conflict',
    message: 'The database has a record of migrations already; nothing was changed.',
    why: `${count} migration(s) are recorded in _prisma_migrations.`,
    fix: 'Run `pnpm migrator status`, then `pnpm migrator deploy` or `pnpm migrator drift`.',
  });
}

export function baselineDiffers(to: string, differences: readonly string[]): CodedError {
  return new CodedError({
    code: 'MIGRATOR.BASELINE_DIFFERS',
    kind: 'conflict',
    message: `The database is not what the migrations up to ${to} make; nothing was recorded.`,
    why: differences.join('\n'),
    fix: "Bring the database to it (`pnpm migrator baseline --sql` prints how), or name another migration with `--to`. An empty database is `pnpm migrator deploy`'s.",
    details: { to, differences },
  });
}

export function backfillInvalid(file: string, why: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.BACKFILL_INVALID',
    kind: 'invalid',
    message: `${file} is no backfill that can be run.`,
    why,
    fix: 'Correct it as docs/backfills.md says, and build its package where it is TypeScript.',
  });
}

export function backfillUnknown(name: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.BACKFILL_UNKNOWN',
    kind: 'missing',
    message: `No package has a backfill ${name}.`,
    fix: 'Run `pnpm migrator backfill list`; one in TypeScript is there after `pnpm build`.',
  });
}

export function backfillChanged(name: string, why: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.BACKFILL_CHANGED',
    kind: 'conflict',
    message: `Backfill ${name} is not the one that it was; nothing was run.`,
    why,
    fix: `Bring its file back and build. If the change is meant: \`pnpm migrator backfill reset ${name}\` where it ran, take its hash out of the migration's meta.json, and \`pnpm migrator seal\`.`,
  });
}

export function backfillIncomplete(
  migration: string,
  name: string,
  why: string,
  isPaused: boolean,
): CodedError {
  return new CodedError({
    code: 'MIGRATOR.BACKFILL_INCOMPLETE',
    kind: 'conflict',
    message: `Migration ${migration} waits for backfill ${name}; those before it are applied.`,
    why,
    fix: `Run \`pnpm migrator backfill ${isPaused ? 'resume' : 'run'} ${name}\`, then \`pnpm migrator deploy\`.`,
    details: { migration, backfill: name },
  });
}

export function contractHeld(
  migration: string,
  contract: { readonly migration: string; readonly release: string | null },
): CodedError {
  return new CodedError({
    code: 'MIGRATOR.CONTRACT_HELD',
    kind: 'conflict',
    message: `Migration ${migration} needs ${contract.migration}, a contract that is held; those before it are applied.`,
    why: `The contract drops what a running release may use, until a release after ${contract.release ?? 'this one'} is deployed.`,
    fix: 'Deploy the next release once this one is out. Where no running program uses what it drops, run `pnpm migrator deploy --contract`.',
    details: { migration, contract: contract.migration, release: contract.release },
  });
}

export function backfillFailed(
  name: string,
  table: string,
  batch: number,
  why: string,
  cause?: unknown,
): CodedError {
  return new CodedError({
    code: 'MIGRATOR.BACKFILL_FAILED',
    kind: 'unavailable',
    message: `Backfill ${name} failed in batch ${batch} of table ${table}; the batches before it are done.`,
    why,
    fix: `Mend the cause and run \`pnpm migrator backfill run ${name}\`: it goes on where it stopped.`,
    details: { table, batch },
    cause,
  });
}

export function backfillForgotten(name: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.BACKFILL_FORGOTTEN',
    kind: 'conflict',
    message: `The record of backfill ${name} went while it ran; no batch was begun since.`,
    why: 'It was reset, or the migrations that it ran upon were undone.',
    fix: `See \`pnpm migrator status\`; \`pnpm migrator backfill run ${name}\` begins it anew.`,
  });
}

export function backfillRunning(name: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.BACKFILL_RUNNING',
    kind: 'conflict',
    message: `Backfill ${name} runs in another session; nothing was done.`,
    fix: `Wait for it, or end it after its batch with \`pnpm migrator backfill pause ${name}\`.`,
  });
}

export function backfillNotBegun(name: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.BACKFILL_NOT_BEGUN',
    kind: 'conflict',
    message: `Backfill ${name} was never begun in this database, or is complete; nothing was changed.`,
    fix: 'Run `pnpm migrator backfill status`.',
  });
}

export function backfillPaused(name: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.BACKFILL_PAUSED',
    kind: 'conflict',
    message: `Backfill ${name} is paused; it was not run.`,
    fix: `Run \`pnpm migrator backfill resume ${name}\`.`,
  });
}

export function backfillUnnamed(): CodedError {
  return new CodedError({
    code: 'MIGRATOR.BACKFILL_UNNAMED',
    kind: 'invalid',
    message: 'It is not said which backfills to run.',
    fix: 'Name some of `pnpm migrator backfill list`, or say `--all`.',
  });
}

export function squashRefused(why: string): CodedError {
  return new CodedError({
    code: 'MIGRATOR.SQUASH_REFUSED',
    kind: 'invalid',
    message: 'There is nothing to squash so; nothing was changed.',
    why,
    fix: 'Name the newest migration to replace with `--to`, and the squash with `--name`.',
  });
}

export function squashUnproven(lines: readonly string[]): CodedError {
  return new CodedError({
    code: 'MIGRATOR.SQUASH_UNPROVEN',
    kind: 'conflict',
    message: 'One script does not make what the migrations make; nothing was changed.',
    why: lines.join('\n'),
    fix: 'Leave the migrations that make these out with `--to`, or keep them as they are.',
    details: { lines },
  });
}

export function squashPartly(squash: {
  readonly name: string;
  readonly applied: readonly string[];
  readonly lacking: readonly string[];
  readonly release: string | null;
}): CodedError {
  const { name, applied, lacking, release } = squash;
  return new CodedError({
    code: 'MIGRATOR.SQUASH_PARTLY',
    kind: 'conflict',
    message: `This database has applied only a part of what ${name} replaces; nothing was done.`,
    why: `Applied: ${applied.join(', ')}. Not applied, or changed since: ${lacking.join(', ')}.`,
    fix: `Deploy ${release === null ? 'the last release that has them' : `release ${release}, the last that has them,`} and then this one.`,
    details: { name, applied, lacking, release },
  });
}
