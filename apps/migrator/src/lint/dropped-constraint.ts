import type { Fault, LintedStatement, RuleContext, Subject } from './rule.ts';
import { newsKey } from './script-news.ts';

const ENDINGS: Readonly<Record<string, RegExp>> = { p: /_pkey$/, f: /_fkey$/ };

/** The drop of a constraint of a kind, not added by the script itself; by its name where nobody knows it. */
export function dropped(
  { command, subjects: [table] }: LintedStatement,
  { newConstraints, catalog }: RuleContext,
  kind: 'p' | 'f',
  say: (table: Subject) => string,
): Fault[] {
  const { name = '' } = command ?? {};
  if (command?.subtype !== 'AT_DropConstraint' || table === undefined) return [];
  const known = table.constraints.find((it) => it.name === name);
  const isKind =
    known === undefined
      ? !catalog.isComplete && ENDINGS[kind]?.test(name) === true
      : known.kind === kind;
  if (!isKind || newConstraints.has(newsKey(table.relation, name))) return [];
  return [{ message: say(table), on: [table.relation] }];
}
