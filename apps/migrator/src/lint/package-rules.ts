import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SchemaManifest } from '@holovitals/schema-composer';
import type { Workspace } from '../environment/workspace.ts';
import { lintRulesUnreadable } from '../errors.ts';
import type { Rule } from './rule.ts';

interface PackageManifest {
  readonly migrator?: { readonly lintRules?: string };
}

/**
 * Reads the rules that the domains' packages bring: `"migrator": { "lintRules": "./rules.js" }`, a
 * module with a list `lintRules`. Their codes get the domain before them.
 *
 * @throws CodedError `MIGRATOR.LINT_RULES_UNREADABLE`
 */
export async function readPackageRules(
  workspace: Workspace,
  manifest: SchemaManifest,
): Promise<Rule[]> {
  const rules: Rule[] = [];
  for (const { name, directory } of manifest.domains) {
    const folder = path.join(workspace.root, directory);
    const file = path.join(folder, 'package.json');
    const { migrator } = JSON.parse(readFileSync(file, 'utf8')) as PackageManifest;
    if (migrator?.lintRules === undefined) continue;
    const own = await readRules(path.join(folder, migrator.lintRules));
    rules.push(...own.map((rule) => named(rule, `${name}/${rule.code}`)));
  }
  return rules;
}

/** A rule may be an instance of a class: it is not copied. */
function named(rule: Rule, code: string): Rule {
  return Object.create(rule, { code: { value: code, enumerable: true } }) as Rule;
}

async function readRules(entry: string): Promise<readonly Rule[]> {
  if (!existsSync(entry)) throw lintRulesUnreadable(entry, 'There is no such file.');
  let module: { lintRules?: unknown };
  try {
    module = (await import(pathToFileURL(entry).href)) as typeof module;
  } catch (error) {
    const name = error instanceof Error ? error.name : 'no error';
    throw lintRulesUnreadable(entry, `Loading it threw ${name}.`);
  }
  const { lintRules } = module;
  if (!Array.isArray(lintRules)) {
    throw lintRulesUnreadable(entry, 'It exports no list `lintRules`.');
  }
  const seen = new Set<string>();
  for (const [at, rule] of lintRules.entries()) {
    if (!isRule(rule)) {
      throw lintRulesUnreadable(entry, `Its entry ${at + 1} lacks a part of a rule.`);
    }
    if (seen.has(rule.code)) throw lintRulesUnreadable(entry, `It has ${rule.code} twice.`);
    seen.add(rule.code);
  }
  return lintRules as Rule[];
}

const TEXTS = ['summary', 'why', 'instead', 'bad', 'safe'] as const;

function isRule(value: unknown): value is Rule {
  const rule = (value ?? {}) as Partial<Rule>;
  return (
    /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(String(rule.code)) &&
    /^(error|warning|note)$/.test(String(rule.severity)) &&
    TEXTS.every((text) => typeof rule[text] === 'string') &&
    typeof rule.check === 'function'
  );
}
