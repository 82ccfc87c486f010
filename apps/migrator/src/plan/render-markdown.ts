import { describeHeld } from '../contract/held-contracts.ts';
import { describeNeedy } from '../contract/needs-contract.ts';
import { inTime, inVersion } from './amounts.ts';
import { describeBasis, describeStatement, describeTotal, oneLine } from './describe-statement.ts';
import type { PlannedMigration, PlannedStatement, PlanReport } from './plan-report.ts';

/** A plan for a pull request: what is risky in sight, the rest folded. */
export function renderMarkdown(report: PlanReport): string {
  const { basis, migrations, waiting, held, needy, objects, grants, hooks } = report;
  const after = [
    ...(objects.apply ?? []).map((file) => `applies ${code(file)}`),
    ...objects.around.map((file) => `may apply ${code(file)} again`),
    ...(grants ?? []).map((statement) => code(statement)),
    ...hooks.map(({ package: name, sql }) => `${code(name)}: ${code(sql)}`),
  ];
  return [
    `### Migration plan for PostgreSQL ${inVersion(basis.serverVersion)}`,
    `**${describeTotal(report)}**`,
    describeBasis(report).join(' '),
    ...waiting.map(
      ({ migration, backfills }) =>
        `⚠️ ${code(migration)} waits for ${backfills.map(code).join(', ')}: the deploy stops before it.`,
    ),
    ...held.map((contract) => `⏳ held back: ${describeHeld(contract)}`),
    ...(needy === null ? [] : [`⚠️ the deploy stops before ${describeNeedy(needy)}`]),
    ...migrations.map(sectionOf),
    ...(after.length === 0
      ? []
      : [
          fold(
            `After the migrations: ${after.length}`,
            after.map((line) => `- ${line}`),
          ),
        ]),
    ...(migrations.length === 0 ? [] : [`<sub>${basis.estimates}</sub>`]),
  ].join('\n\n');
}

function sectionOf({ name, statements, fault }: PlannedMigration): string {
  const risky = statements.filter(({ isRisky }) => isRisky);
  const rest = statements.filter(({ isRisky }) => !isRisky);
  return [
    `#### ${code(name)}`,
    ...(fault === null ? [] : [`⚠️ ${fault}`]),
    ...risky.map((statement) => `⚠️ ${itemOf(statement)}`),
    ...(rest.length === 0
      ? []
      : [
          fold(
            `${rest.length} statement(s) without risk`,
            rest.map((it) => `- ${itemOf(it)}`),
          ),
        ]),
  ].join('\n\n');
}

function itemOf(statement: PlannedStatement): string {
  const lines = describeStatement(statement).map((line) => `  - ${plain(line)}`);
  return [
    `${statement.line}:${statement.column} ${code(oneLine(statement))}, ${inTime(statement.estimate)}`,
    ...lines,
  ].join('\n');
}

function fold(title: string, lines: readonly string[]): string {
  return ['<details>', `<summary>${title}</summary>`, '', ...lines, '', '</details>'].join('\n');
}

/** Code with as many marks around it as it needs. */
function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([marks]) => marks.length));
  const marks = '`'.repeat(longest + 1);
  return longest === 0 ? `${marks}${text}${marks}` : `${marks} ${text} ${marks}`;
}

/** Names as text, with nothing in them that Markdown reads. */
function plain(text: string): string {
  return text.replaceAll(/[\\`*_<>[\]|#]/g, '\\$&');
}
