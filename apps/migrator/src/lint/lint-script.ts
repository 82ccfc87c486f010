import { isCodedError } from '@holovitals/errors';
import type { RangeVar } from '@pgsql/types';
import { withoutByteOrderMark } from '../history/decode-script.ts';
import { keyOf, nameOf } from '../plan/locks/catalog.ts';
import { noImpact } from '../plan/locks/impact.ts';
import { locksOfStatement } from '../plan/locks/locks-of-statement.ts';
import { findRelation, schemaOf } from '../plan/locks/script-context.ts';
import { readStatements, treeOf, type Statement } from '../statements/read-statements.ts';
import { lighterThan, type Finding, type RawFinding, type ScriptFindings } from './finding.ts';
import { judgeSuppressions } from './judge-suppressions.ts';
import type { LintBasis } from './lint-basis.ts';
import type { Fault, LintedStatement, Rule, RuleContext } from './rule.ts';
import { SYNTAX_ERROR } from './rules/script-rules.ts';
import { noteNews, type News } from './script-news.ts';
import { subjectsOf } from './subjects.ts';
import { largestSize } from './table-size.ts';
import { readSuppressions } from './suppressions.ts';

/**
 * Judges a script, statement after statement: each in the database as those before it leave it, so
 * that what the script makes itself is nobody's to wait for. The basis is brought to how it stands
 * afterwards.
 */
export async function lintScript(
  script: string,
  basis: LintBasis,
  { isOutOfOrder = false } = {},
): Promise<ScriptFindings> {
  const sql = withoutByteOrderMark(script);
  let statements: Statement[];
  try {
    statements = await readStatements(sql);
  } catch (error) {
    if (!isCodedError(error)) throw error;
    basis.catalog.isComplete = false;
    return { findings: [unparsable(error.details)], allowed: [] };
  }
  const news: News = { columns: new Set(), constraints: new Set() };
  const found: RawFinding[] = [];
  for (const [position, statement] of statements.entries()) {
    for (const step of stepsOf(statement)) {
      const linted = run(step, basis);
      const context: RuleContext = {
        ...{ catalog: basis.catalog, statements, position, isOutOfOrder },
        ...{ newColumns: news.columns, newConstraints: news.constraints },
        ...{ objects: basis.objects, facts: basis.facts },
        nameOf: (name) => nameAt(name, basis),
      };
      found.push(...judge(linted, context, basis));
      noteNews(news, linted, basis.catalog);
    }
  }
  return judgeSuppressions(withoutTwins(found), readSuppressions(sql, statements), basis.rules);
}

interface Step {
  readonly statement: Statement;
  readonly command: LintedStatement['command'];
}

/** One step for each subcommand of `ALTER TABLE`: they do as much one after the other. */
function stepsOf(statement: Statement): Step[] {
  const tree = treeOf(statement.node, 'AlterTableStmt');
  if (tree === undefined) return [{ statement, command: null }];
  return (tree.cmds ?? []).flatMap((node) => {
    const command = treeOf(node, 'AlterTableCmd');
    if (command === undefined) return [];
    return [
      {
        statement: { ...statement, node: { AlterTableStmt: { ...tree, cmds: [node] } } },
        command,
      },
    ];
  });
}

function run({ statement, command }: Step, { catalog }: LintBasis): LintedStatement {
  const subjects = subjectsOf(statement.node, catalog);
  return { ...statement, command, subjects, impact: locksOfStatement(statement, catalog) };
}

function judge(statement: LintedStatement, context: RuleContext, basis: LintBasis): RawFinding[] {
  return basis.rules.flatMap((rule) =>
    rule.check(statement, context).flatMap((fault) => {
      const size = fault.on === undefined ? 'large' : largestSize(fault.on, basis.sizes);
      if (size === 'new') return [];
      const severity = fault.severity ?? rule.severity;
      return [
        {
          ...findingOf(rule, fault, statement),
          severity: size === 'small' ? lighterThan(severity) : severity,
          ...{ position: context.position, counts: size !== 'empty' },
        },
      ];
    }),
  );
}

function findingOf(
  rule: Rule,
  fault: Fault,
  { line, column }: LintedStatement,
): Omit<Finding, 'severity'> {
  const { code, why } = rule;
  return {
    ...{ rule: code, line, column, message: fault.message, why },
    instead: fault.instead ?? rule.instead,
  };
}

function unparsable(details: unknown): Finding {
  const { line = 1, column = 1 } = details as { line?: number; column?: number };
  const { code, severity, summary, why, instead } = SYNTAX_ERROR;
  return { rule: code, severity, line, column, message: `The script ${summary}.`, why, instead };
}

/** Subcommands of one statement may say the same. */
function withoutTwins(found: readonly RawFinding[]): RawFinding[] {
  const seen = new Set<string>();
  return found.filter(({ rule, position, message }) => {
    const key = `${position} ${rule} ${message}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** What is not known is taken to be where a new relation would be made. */
function nameAt(name: RangeVar, { catalog }: LintBasis): string {
  const context = { catalog, impact: noImpact() };
  const relation = findRelation(context, name);
  return relation === undefined
    ? keyOf(schemaOf(context, name.schemaname), name.relname ?? '')
    : nameOf(relation);
}
