import { accessRules } from './lint/access-rules.ts';
import type { LintRule } from './lint/lint-rule.ts';
import { recordRules } from './lint/record-rules.ts';

/** What no migration of health data may do: rules that `migrator lint` and `deploy` find here. */
export const lintRules: readonly LintRule[] = [...accessRules, ...recordRules];
