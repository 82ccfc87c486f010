import type { Rule } from './rule.ts';
import { accessRules } from './rules/access-rules.ts';
import { changeRules } from './rules/change-rules.ts';
import { constraintRules } from './rules/constraint-rules.ts';
import { indexRules } from './rules/index-rules.ts';
import { keyRules } from './rules/key-rules.ts';
import { lossRules } from './rules/loss-rules.ts';
import { nameRules } from './rules/name-rules.ts';
import { scriptRules } from './rules/script-rules.ts';
import { suppressionRules } from './rules/suppression-rules.ts';
import { tableRules } from './rules/table-rules.ts';
import { typeRules } from './rules/type-rules.ts';

/** Every rule that each workspace has; packages add their own. */
export const RULES: readonly Rule[] = [
  ...indexRules,
  ...constraintRules,
  ...keyRules,
  ...changeRules,
  ...lossRules,
  ...nameRules,
  ...tableRules,
  ...typeRules,
  ...accessRules,
  ...scriptRules,
  ...suppressionRules,
];
