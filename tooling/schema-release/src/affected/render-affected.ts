import { releaseWords, rolloutWords } from '../report/describe.ts';
import type { Affected, AffectedDomain, AffectedPackage } from './find-affected.ts';

/** How many names stand in a line before the rest is counted. */
const SHOWN = 4;

/** What a change touches, for a terminal. */
export function renderAffected({ since, files, packages, schema, mustKnow }: Affected): string {
  const short = since.slice(0, 10);
  if (files.length === 0) return `Nothing differs from ${short}.`;
  return [
    `${count(files.length, 'file')} changed since ${short}`,
    ...(schema.length === 0 ? [] : [['Schema', ...schema.map(domainLine)].join('\n')]),
    ['Packages', ...packages.map(packageLine)].join('\n'),
    ...(mustKnow.length === 0 ? [] : [`Must know: ${mustKnow.join(' ')}`]),
  ].join('\n\n');
}

function domainLine({ domain, bump, rollout, subjects, consumers }: AffectedDomain): string {
  const others = [...new Set(consumers.map((each) => each.domain))];
  return [
    `  ${domain}: ${releaseWords(bump)}, migrations ${rolloutWords(rollout)}: ${some(subjects)}`,
    ...others.map((other) => {
      const fields = consumers.filter((each) => each.domain === other).map(({ field }) => field);
      return `    ${other} leads to it by ${some(fields)}`;
    }),
  ].join('\n');
}

function packageLine({ packageName, why, files, tasks }: AffectedPackage): string {
  const because = why === 'depends' ? 'depends on what changed' : `${why} ${some(files)}`;
  const runs = tasks.length === 0 ? 'nothing to run' : `run ${tasks.join(' ')}`;
  return `  ${packageName}: ${because}; ${runs}`;
}

function some(names: readonly string[]): string {
  const rest = names.length - SHOWN;
  return rest > 0
    ? `${names.slice(0, SHOWN).join(', ')} and ${String(rest)} more`
    : names.join(', ');
}

function count(amount: number, noun: string): string {
  return `${String(amount)} ${noun}${amount === 1 ? '' : 's'}`;
}
