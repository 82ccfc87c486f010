import { Command, Option } from 'commander';
import { findWorkspaceRoot } from '@holovitals/schema-composer';
import { readPlan } from './changelog/read-plan.ts';
import { changelogSections, writeChangelogs } from './changelog/write-changelogs.ts';
import {
  changesetText,
  checkChangesets,
  wholePackageOf,
  writeMissing,
} from './check-changesets.ts';
import { findAffected } from './affected/find-affected.ts';
import { renderAffected } from './affected/render-affected.ts';
import {
  CODE_OWNERS_FILE,
  codeOwnersText,
  isCodeOwnersCurrent,
  writeCodeOwners,
} from './code-owners.ts';
import { compareSchemas, type SchemaComparison } from './compare-schemas.ts';
import { findSources } from './find-sources.ts';
import { resolveRevision } from './git.ts';
import { printNote, printResult } from './output.ts';
import { readSchema } from './read-schema.ts';
import { findBranchBase, findLastRelease, findReleaseBase } from './release-base.ts';
import { releaseWords } from './report/describe.ts';
import { renderMarkdown } from './report/render-markdown.ts';
import { renderSarif } from './report/render-sarif.ts';
import { renderText } from './report/render-text.ts';
import { RULES } from './rules.ts';
import { readWorkspacePackages } from './workspace-packages.ts';

const FORMATS = {
  text: renderText,
  json: (comparison: SchemaComparison) => JSON.stringify({ version: 1, ...comparison }),
  markdown: renderMarkdown,
  sarif: renderSarif,
} as const;

interface CompareOptions {
  readonly root?: string;
  readonly format: keyof typeof FORMATS;
}

interface CheckOptions {
  readonly root?: string;
  readonly since?: string;
  readonly write?: boolean;
  readonly json?: boolean;
}

interface AffectedOptions {
  readonly root?: string;
  readonly since?: string;
  readonly json?: boolean;
}

interface ChangelogOptions extends CheckOptions {
  readonly plan?: string;
}

interface CodeOwnersOptions {
  readonly root?: string;
  readonly write?: boolean;
  readonly check?: boolean;
}

/** The commands. Exit code 3 says that changesets are missing, or a file is out of date. */
export function buildProgram(): Command {
  const program = new Command('schema-release')
    .description('Tell what a change of the schema means for a version, package by package.')
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText(
      'after',
      `
A schema is named by a git revision, a schema.manifest.json, a .prisma file, or
left out for the working tree.

  schema-release compare v1.4.0          the working tree against a release
  schema-release compare main HEAD --format markdown
  schema-release check --write           draft the changesets that are missing
  schema-release changelog --write       what the release says of the schema
  schema-release affected                what the branch touches, and who must know

Exit codes: 0 done, 1 a bug, 2 wrong call or unreadable schema, 3 changesets are
missing, or CODEOWNERS is out of date.`,
    );

  program
    .command('compare')
    .description('compare two schemas')
    .argument('[from]', 'the older schema; the last release where left out')
    .argument('[to]', 'the newer schema; the working tree where left out')
    .addOption(
      new Option('--format <format>', 'how to print it')
        .choices(Object.keys(FORMATS))
        .default('text'),
    )
    .option('--root <dir>', 'the workspace (default: found from the current folder upwards)')
    .action(async (from: string | undefined, to: string | undefined, options: CompareOptions) => {
      const { root, ...named } = findSources(from, to, options.root);
      const older =
        named.from ?? (await findReleaseBase(root, wholePackageOf(root)?.packageName ?? null));
      const comparison = compareSchemas(
        await readSchema(root, older),
        await readSchema(root, named.to),
      );
      printResult(FORMATS[options.format](comparison));
    });

  program
    .command('check')
    .description('hold the changesets against what the schema demands')
    .option('--since <revision>', 'the last release (default: its tag, or where the branch began)')
    .option('--write', 'draft what is missing into .changeset')
    .option('--json', 'print the result as JSON')
    .option('--root <dir>', 'the workspace (default: found from the current folder upwards)')
    .action(check);

  program
    .command('affected')
    .description('tell which packages, domains and owners the changes of a branch touch')
    .option('--since <revision>', 'what to compare with (default: where the branch began)')
    .option('--json', 'print it as JSON')
    .option('--root <dir>', 'the workspace (default: found from the current folder upwards)')
    .action(async ({ since, json, root: start = '.' }: AffectedOptions) => {
      const root = findWorkspaceRoot(start);
      const commit = await (since === undefined
        ? findBranchBase(root)
        : resolveRevision(root, since));
      const affected = await findAffected(root, commit);
      printResult(json === true ? JSON.stringify(affected) : renderAffected(affected));
    });

  program
    .command('changelog')
    .description('tell what the changelogs of the next release say of the schema')
    .option('--since <revision>', 'the last release (default: its tag; all is new without one)')
    .option('--plan <file>', 'what `migrator plan --json` says of the migrations: their locks')
    .option('--write', 'write it below the versions that `changeset version` has written')
    .option('--json', 'print it as JSON')
    .option('--root <dir>', 'the workspace (default: found from the current folder upwards)')
    .action(changelog);

  program
    .command('codeowners')
    .description('print CODEOWNERS, from "codeOwners" in each package.json')
    .option('--write', `write it to ${CODE_OWNERS_FILE}`)
    .option('--check', 'exit 3 where the file says something else')
    .option('--root <dir>', 'the workspace (default: found from the current folder upwards)')
    .action(codeOwners);

  program
    .command('rules')
    .description('list what is looked for, and what each demands')
    .option('--json', 'print them as JSON')
    .action(({ json }: { readonly json?: boolean }) => {
      printResult(json === true ? JSON.stringify(RULES) : rulesText());
    });
  return program;
}

async function check(options: CheckOptions): Promise<void> {
  const root = findWorkspaceRoot(options.root ?? '.');
  const whole = wholePackageOf(root);
  const since =
    options.since === undefined
      ? await findReleaseBase(root, whole?.packageName ?? null)
      : await resolveRevision(root, options.since);
  const comparison = compareSchemas(await readSchema(root, since), await readSchema(root));
  const result = await checkChangesets(root, since, comparison, whole);
  const written = options.write === true ? await writeMissing(root, result) : [];
  const ok = result.ok || written.length > 0;
  if (options.json === true) printResult(JSON.stringify({ ...result, ok, written }));
  else if (result.ok) printNote('The changesets say what the schema demands.');
  else if (written.length > 0) printNote(`Drafted, to be read: ${written.join(', ')}`);
  else {
    for (const each of result.missing) {
      const { packageName, demanded, present } = each;
      const has = present === 'none' ? 'no changeset names it' : `its changesets say ${present}`;
      printNote(`${packageName} needs ${releaseWords(demanded)}, and ${has}:\n`);
      printNote(changesetText(each).replace(/^(?=.)/gm, '  '));
    }
    printNote('fix: Run `schema-release check --write`, and put the drafts into better words.');
  }
  if (!ok) process.exitCode = 3;
}

async function changelog(options: ChangelogOptions): Promise<void> {
  const root = findWorkspaceRoot(options.root ?? '.');
  const commit =
    options.since === undefined
      ? await findLastRelease(root, wholePackageOf(root)?.packageName ?? null)
      : await resolveRevision(root, options.since);
  const plan = options.plan === undefined ? new Map<string, never>() : readPlan(options.plan);
  const sections = await changelogSections(root, commit, plan);
  if (options.write === true) writeChangelogs(root, sections);
  if (options.json === true) printResult(JSON.stringify(sections));
  else if (sections.length === 0) printNote('The schema is that of the last release.');
  else if (options.write === true) {
    printNote(`Written: ${sections.map(({ file }) => file).join(', ')}`);
  } else {
    const told = sections.map((each) => `## ${each.packageName} ${each.version}\n\n${each.text}`);
    printResult(told.join('\n\n'));
  }
}

function codeOwners({ root: start = '.', write, check: checks }: CodeOwnersOptions): void {
  const root = findWorkspaceRoot(start);
  const text = codeOwnersText(readWorkspacePackages(root));
  if (checks === true) {
    if (isCodeOwnersCurrent(root, text)) return;
    printNote(`${CODE_OWNERS_FILE} is not what the packages say.`);
    printNote('fix: Run `schema-release codeowners --write`.');
    process.exitCode = 3;
  } else if (write === true) {
    writeCodeOwners(root, text);
    printNote(`Written: ${CODE_OWNERS_FILE}`);
  } else printResult(text.trimEnd());
}

function rulesText(): string {
  return Object.entries(RULES)
    .map(([code, { client, rollout, explanation, running }]) =>
      [`${code}  client: ${client}, migrate: ${rollout}`, `  ${explanation} ${running}`].join('\n'),
    )
    .join('\n');
}
