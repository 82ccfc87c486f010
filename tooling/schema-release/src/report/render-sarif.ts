import type { Bump, Change } from '../change.ts';
import type { SchemaComparison } from '../compare-schemas.ts';
import { RULES, type RuleCode } from '../rules.ts';
import { changeWords } from './describe.ts';

const LEVELS: Readonly<Record<Bump, string>> = {
  none: 'none',
  patch: 'note',
  minor: 'warning',
  major: 'error',
};

/** The comparison as SARIF 2.1.0 (OASIS), for code hosts that show findings beside lines. */
export function renderSarif({ packages }: SchemaComparison): string {
  const changes = packages.flatMap((each) => each.changes);
  const rules = [...new Set(changes.map(({ rule }) => rule))].sort();
  return JSON.stringify({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'schema-release', rules: rules.map(ruleEntry) } },
        results: changes.map((change) => resultEntry(change, rules)),
      },
    ],
  });
}

function ruleEntry(code: RuleCode) {
  const { client, explanation, running } = RULES[code];
  return {
    id: code,
    shortDescription: { text: explanation },
    fullDescription: { text: `${explanation} ${running}` },
    defaultConfiguration: { level: LEVELS[client] },
  };
}

function resultEntry(change: Change, rules: readonly RuleCode[]) {
  const { rule, subject, bump, rollout, place } = change;
  return {
    ruleId: rule,
    ruleIndex: rules.indexOf(rule),
    level: LEVELS[bump],
    message: { text: `${subject}: ${changeWords(change)}` },
    properties: { bump, rollout },
    ...(place !== null && {
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: encodeURI(place.file) },
            region: { startLine: place.line },
          },
        },
      ],
    }),
  };
}
