import type { AllowedFinding, Finding, RawFinding, ScriptFindings } from './finding.ts';
import type { Rule } from './rule.ts';
import {
  SUPPRESSION_OF_UNKNOWN_RULE,
  SUPPRESSION_UNUSED,
  SUPPRESSION_WITHOUT_REASON,
} from './rules/suppression-rules.ts';
import type { Suppression } from './suppressions.ts';

/** Takes out what comments allow, and finds the comments that allow nothing. */
export function judgeSuppressions(
  found: readonly RawFinding[],
  suppressions: readonly Suppression[],
  rules: readonly Rule[],
): ScriptFindings {
  const codes = new Set(rules.map(({ code }) => code));
  const valid = suppressions.filter(({ reason }) => reason !== '');
  const allowing = ({ position, rule }: RawFinding) =>
    valid.find((it) => it.position === position && it.rules.includes(rule));
  const findings = found.filter((it) => it.counts && allowing(it) === undefined).map(plain);
  const allowed = found.flatMap((it): AllowedFinding[] => {
    const reason = allowing(it)?.reason;
    return !it.counts || reason === undefined ? [] : [{ rule: it.rule, line: it.line, reason }];
  });
  const faults = suppressions.flatMap((it) =>
    faultsOf(it, codes, (rule) =>
      found.some(({ position, rule: code }) => position === it.position && code === rule),
    ),
  );
  const inOrder = [...findings, ...faults].sort((a, b) => a.line - b.line || a.column - b.column);
  return { findings: inOrder, allowed };
}

function plain({ position: _position, counts: _counts, ...finding }: RawFinding): Finding {
  return finding;
}

function faultsOf(
  { rules, reason, line, column }: Suppression,
  codes: ReadonlySet<string>,
  isFound: (rule: string) => boolean,
): Finding[] {
  const fault = ({ code, severity, why, instead }: Rule, message: string): Finding => ({
    ...{ rule: code, severity, line, column, message, why, instead },
  });
  if (rules.length === 0) return [fault(SUPPRESSION_OF_UNKNOWN_RULE, 'It names no rule.')];
  if (reason === '')
    return [
      fault(SUPPRESSION_WITHOUT_REASON, `Why ${rules.join(', ')} may be broken here is not said.`),
    ];
  return rules.flatMap((rule) => {
    if (!codes.has(rule)) return [fault(SUPPRESSION_OF_UNKNOWN_RULE, `There is no rule ${rule}.`)];
    return isFound(rule) ? [] : [fault(SUPPRESSION_UNUSED, `${rule} finds nothing here.`)];
  });
}
