import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { SchemaManifest } from '@holovitals/schema-composer';
import { BUMPS, type Bump } from './change.ts';
import type { PackageFacts, RuleOverride } from './compare-schemas.ts';
import { rulesInvalid } from './errors.ts';
import { isRuleCode, type RuleCode } from './rules.ts';

/** Versions and own rules of the packages that a manifest names, by domain. */
export function readPackages(
  root: string,
  { domains }: Pick<SchemaManifest, 'domains'>,
): Record<string, PackageFacts> {
  return Object.fromEntries(
    domains.map(({ name, directory }) => {
      const file = `${directory}/package.json`;
      const json = JSON.parse(readFileSync(path.join(root, file), 'utf8')) as Record<
        string,
        unknown
      >;
      const version = typeof json['version'] === 'string' ? json['version'] : '0.0.0';
      return [name, { version, rules: readRules(file, json['schemaRelease']) }];
    }),
  );
}

function readRules(file: string, settings: unknown): Partial<Record<RuleCode, RuleOverride>> {
  if (settings === undefined) return {};
  if (!isObject(settings) || !isObject(settings['rules'])) {
    throw rulesInvalid(file, 'It has no "rules".');
  }
  return Object.fromEntries(
    Object.entries(settings['rules']).map(([code, rule]) => {
      if (!isRuleCode(code)) throw rulesInvalid(file, `${code} is no rule.`);
      const { bump, reason } = isObject(rule) ? rule : {};
      if (!isBump(bump)) throw rulesInvalid(file, `${code} needs a "bump": ${BUMPS.join(', ')}.`);
      if (typeof reason !== 'string' || reason.trim() === '') {
        throw rulesInvalid(file, `${code} needs a "reason".`);
      }
      return [code, { bump, reason }];
    }),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isBump(value: unknown): value is Bump {
  return BUMPS.some((bump) => bump === value);
}
