import type { Rule } from '../rule.ts';

/** These are found by the reader of suppressions, and no comment allows them. */
const check = () => [];

const NEEDLESS = 'UPDATE orders SET note = NULL WHERE id = 1;';

export const SUPPRESSION_WITHOUT_REASON: Rule = {
  code: 'suppression-without-reason',
  severity: 'error',
  summary: 'allows something and does not say why',
  why: 'The next reader cannot tell whether the rule was weighed or merely silenced.',
  instead: 'Write `-- lint-allow <rule>: <reason>`.',
  bad: '-- lint-allow table-dropped\nDROP TABLE lines;',
  safe: '-- lint-allow table-dropped: nothing has read it since release 4\nDROP TABLE lines;',
  check,
};

export const SUPPRESSION_OF_UNKNOWN_RULE: Rule = {
  code: 'suppression-of-unknown-rule',
  severity: 'error',
  summary: 'allows what no rule forbids by that name',
  why: 'A misspelt name allows nothing, and reads as if it did.',
  instead: 'Name a rule of `migrator lint --explain all`.',
  bad: `-- lint-allow no-such-rule: it is quick\n${NEEDLESS}`,
  safe: NEEDLESS,
  check,
};

export const SUPPRESSION_UNUSED: Rule = {
  code: 'suppression-unused',
  severity: 'warning',
  summary: 'allows what is not done',
  why: 'It stays behind when the statement changes, and then allows what nobody weighed.',
  instead: 'Remove the comment.',
  bad: `-- lint-allow table-dropped: it is empty\n${NEEDLESS}`,
  safe: NEEDLESS,
  check,
};

export const suppressionRules: readonly Rule[] = [
  SUPPRESSION_WITHOUT_REASON,
  SUPPRESSION_OF_UNKNOWN_RULE,
  SUPPRESSION_UNUSED,
];
