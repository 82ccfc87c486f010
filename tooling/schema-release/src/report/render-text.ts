import type { Change } from '../change.ts';
import type { PackageVerdict, SchemaComparison } from '../compare-schemas.ts';
import { RULES } from '../rules.ts';
import { changeWords, releaseWords, rolloutWords } from './describe.ts';

/** The comparison for a terminal: each package with its changes, breaking first. */
export function renderText(comparison: SchemaComparison): string {
  const { before, after, packages, whole, rollout } = comparison;
  const title = `${before.label} -> ${after.label}`;
  if (packages.length === 0) return `${title}: the schema is the same.`;
  return [
    title,
    ...packages.map(packageText),
    `The whole schema: ${releaseWords(whole)}; migrations go out ${rolloutWords(rollout)}.`,
  ].join('\n\n');
}

function packageText({ packageName, version, bump, changes, spread }: PackageVerdict): string {
  return [
    `${packageName} ${version}: ${releaseWords(bump)}`,
    ...changes.map(changeText),
    ...spread.map(({ bump: own, subject, message }) =>
      line(own, `${subject} elsewhere. ${message}`),
    ),
  ].join('\n');
}

function changeText(change: Change): string {
  const { rule, subject, bump, rollout, place } = change;
  const where = place === null ? '' : `  ${place.file}:${String(place.line)}`;
  const order = rollout === 'any' ? '' : ` [migrate ${rollout}]`;
  const running = rollout === 'any' || rollout === 'before' ? '' : ` ${RULES[rule].running}`;
  return line(bump, `${subject}: ${changeWords(change)}${running}${order} (${rule})${where}`);
}

function line(bump: string, text: string): string {
  return `  ${bump.padEnd(5)}  ${text}`;
}
