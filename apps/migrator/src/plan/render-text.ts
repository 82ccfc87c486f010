import { describeHeld } from '../contract/held-contracts.ts';
import { describeNeedy } from '../contract/needs-contract.ts';
import { inVersion } from './amounts.ts';
import { describeBasis, describeStatement, describeTotal, oneLine } from './describe-statement.ts';
import type { PlannedMigration, PlanReport } from './plan-report.ts';

const RUNS: Readonly<Record<PlannedMigration['run'], string>> = {
  transaction: 'one transaction',
  'own transactions': 'begins and ends transactions by itself',
  alone: 'outside a transaction',
};

/** A plan for a terminal. */
export function renderText(report: PlanReport): string {
  const { basis, migrations, waiting, held, needy, objects, grants, hooks } = report;
  const lines = [
    `plan for PostgreSQL ${inVersion(basis.serverVersion)}`,
    ...describeBasis(report),
    '',
  ];
  for (const migration of migrations) lines.push(...linesOf(migration), '');
  const list = (title: string, names: readonly string[]) => {
    if (names.length > 0) lines.push(title, ...names.map((name) => `  ${name}`), '');
  };
  list(
    'waits for backfills, which the deploy stops before',
    waiting.map(({ migration, backfills }) => `${migration} for ${backfills.join(', ')}`),
  );
  list('contracts, held back', held.map(describeHeld));
  list('the deploy stops before', needy === null ? [] : [describeNeedy(needy)]);
  list('objects, applied after the migrations', objects.apply ?? []);
  list('objects that read what changes, applied again with it where they must', objects.around);
  list('rights', grants ?? []);
  list(
    'hooks',
    hooks.map(({ package: name, sql }) => `${name}: ${sql}`),
  );
  if (migrations.length > 0) lines.push(`estimates: ${basis.estimates}`);
  lines.push(`total: ${describeTotal(report)}`);
  return lines.join('\n');
}

function linesOf({ name, run, sealed, statements, fault }: PlannedMigration): string[] {
  return [
    `${name}  (${RUNS[run]}${sealed ? '' : ', not sealed'})`,
    ...(fault === null ? [] : [`  not known: ${fault}`]),
    ...statements.flatMap((statement) => [
      `  ${statement.isRisky ? '!' : ' '} ${statement.line}:${statement.column}  ${oneLine(statement)}`,
      ...describeStatement(statement).map((line) => `        ${line}`),
    ]),
  ];
}
