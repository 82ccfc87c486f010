import type { PlanStep } from './explain-query.ts';

/** A plan for people: what is done first stands deepest. */
export function renderPlan(plan: PlanStep, depth = 0): string {
  const indent = '  '.repeat(depth);
  return [
    `${indent}${plan.step}  (cost ${plan.cost}, ${plan.rows} row(s))`,
    ...plan.conditions.map((condition) => `${indent}    ${condition}`),
    ...plan.below.map((step) => renderPlan(step, depth + 1)),
  ].join('\n');
}
