import type { PackageVerdict, SchemaComparison } from '../compare-schemas.ts';
import { changeWords, releaseWords, rolloutWords } from '../report/describe.ts';
import { code, escape } from '../report/markdown.ts';
import type { NewMigration } from './new-migrations.ts';

/** What a release of a domain says of its schema: each change, and the migrations that make it. */
export function domainSection(
  { domain, changes, spread, rollout }: PackageVerdict,
  migrations: readonly NewMigration[],
): string {
  const own = migrations.filter(({ domains }) => domains.includes(domain));
  return [
    '### Schema',
    ...(changes.length === 0 ? [] : [`Migrations go out ${rolloutWords(rollout)}.`]),
    [
      ...changes.map((change) => `- ${code(change.subject)}: ${escape(changeWords(change))}`),
      ...spread.map(({ subject, message }) => `- ${code(subject)} elsewhere: ${escape(message)}`),
    ].join('\n'),
    ...(own.length === 0 ? [] : [`Migrations to run:\n\n${own.map(migrationLine).join('\n')}`]),
  ].join('\n\n');
}

/** What the release notes of the whole schema tell the operator: the order, and what each takes. */
export function wholeSection(
  { packages, whole, rollout, after }: SchemaComparison,
  migrations: readonly NewMigration[],
): string {
  return [
    '### Migration plan',
    `${capital(releaseWords(whole))} of the schema: migrations go out ${rolloutWords(rollout)}. Its hash is ${code(after.schemaHash)}.`,
    ...(packages.length === 0
      ? []
      : [
          packages
            .map((each) => `- ${each.packageName} ${each.version}: ${rolloutWords(each.rollout)}`)
            .join('\n'),
        ]),
    migrations.length === 0
      ? 'There is no migration to run.'
      : `In this order:\n\n${migrations
          .map((each, at) => migrationLine(each).replace('-', `${String(at + 1)}.`))
          .join('\n')}`,
  ].join('\n\n');
}

function migrationLine({ name, domains, reversible, locks }: NewMigration): string {
  const facts = [
    domains.join(', '),
    locks === null ? '' : lockWords(locks),
    reversible === null ? '' : reversible ? 'reversible' : 'not reversible',
  ].filter((each) => each !== '');
  return `- ${code(name)}: ${facts.join('; ')}`;
}

function lockWords({ worst, blocks }: NonNullable<NewMigration['locks']>): string {
  if (worst === null) return 'locks nothing that was there before';
  const waits = blocks.length === 0 ? 'nobody waits' : `${blocks.join(' and ')} wait`;
  return `${worst}, ${waits}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
