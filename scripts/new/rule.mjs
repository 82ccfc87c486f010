import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../run-stages.mjs';
import { ScaffoldError } from './fault.mjs';
import { compose, domainFolder, readJson, writeAll } from './workspace.mjs';

/** A lint rule of a domain, which `migrator lint` and `deploy` find through its `package.json`. */
export async function newRule({ names: [domain, code, ...more], dryRun }) {
  const folder = domainFolder(domain);
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)+$/.test(code ?? '') || code.length > 50 || more.length > 0) {
    throw new ScaffoldError(
      `"${[code, ...more].join(' ')}" is no code of a rule.`,
      'Write two words or more in lower case, of what it finds: rows-shredded.',
    );
  }
  const { models } = await compose();
  const table = models.find((each) => each.domain === domain && each.view !== true)?.table;
  if (table === undefined) {
    throw new ScaffoldError(`${domain} has no table.`, `\`pnpm new model ${domain} NAME\` first.`);
  }
  const list = `${folder}/src/lint-rules.ts`;
  const types = `${folder}/src/lint/lint-rule.ts`;
  const isFirst = !existsSync(path.join(root, list));
  const changed = {
    ...(isFirst ? {} : { [list]: withRule(list, code) }),
    [`${folder}/package.json`]: withList(`${folder}/package.json`),
  };
  const files = {
    [`${folder}/src/lint/${code}.ts`]: ruleText(code, table),
    ...(isFirst && { [list]: listText(code) }),
    ...(!existsSync(path.join(root, types)) && { [types]: TYPES }),
  };
  if (!(await writeAll(files, () => undefined, { changed, dryRun }))) return 0;
  process.stderr.write(
    `Next: write in it what it finds and why, then \`pnpm build\` and \`pnpm migrator lint --explain ${domain}/${code}\`.\n`,
  );
  return 0;
}

/** `rowsShredded` for rows-shredded. */
function constantOf(code) {
  return code.replace(/-(.)/g, (_all, first) => first.toUpperCase());
}

function importOf(code) {
  return `import { ${constantOf(code)} } from './lint/${code}.ts';\n`;
}

/** The list of a domain's rules with one more at its end. */
function withRule(file, code) {
  const text = readFileSync(path.join(root, file), 'utf8');
  const end = /(lintRules[^=]*= \[[^\]]*?),?\s*\];/;
  if (!end.test(text)) {
    throw new ScaffoldError(
      `${file} holds no list \`lintRules\`.`,
      'Write one as docs/lint.md has it.',
    );
  }
  const listed = text.replace(end, (_all, begun) => `${begun}, ${constantOf(code)}];`);
  const lastImport = listed.lastIndexOf('\nimport ') + 1;
  const after = listed.indexOf('\n', lastImport) + 1;
  return `${listed.slice(0, after)}${importOf(code)}${listed.slice(after)}`;
}

/** The manifest of a package that names its list of rules. */
function withList(file) {
  const lintRules = './dist/lint-rules.js';
  const entries = Object.entries(readJson(file)).flatMap(([key, value]) => {
    if (key === 'migrator') return [];
    return key === 'schemaDomain'
      ? [
          [key, value],
          ['migrator', null],
        ]
      : [[key, value]];
  });
  const migrator = { ...readJson(file).migrator, lintRules };
  return `${JSON.stringify({ ...Object.fromEntries(entries), migrator }, null, 2)}\n`;
}

function listText(code) {
  return `${importOf(code)}import type { LintRule } from './lint/lint-rule.ts';

/** What no migration may do to what this domain owns: \`migrator lint\` and \`deploy\` find it here. */
export const lintRules: readonly LintRule[] = [${constantOf(code)}];
`;
}

function ruleText(code, table) {
  return `import type { LintRule } from './lint-rule.ts';

/** Finds a table that is emptied at once. */
export const ${constantOf(code)}: LintRule = {
  code: '${code}',
  severity: 'warning',
  summary: 'empties a table at once',
  why: 'No trigger sees the rows go, and nobody reads the table meanwhile.',
  instead: 'Delete the rows that are meant, by a backfill.',
  bad: 'TRUNCATE ${table};',
  safe: 'ANALYZE ${table};',
  check({ node }) {
    return 'TruncateStmt' in node ? [{ message: 'All rows are gone from here on.' }] : [];
  },
};
`;
}

const TYPES = `/**
 * A rule as \`migrator lint\` takes it from a package (docs/lint.md). The migrator is an application,
 * which no domain imports: these are the parts of its types that the rules here use.
 */
export interface LintRule {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'note';
  readonly summary: string;
  readonly why: string;
  readonly instead: string;
  /** SQL in which it finds something, and in which it does not. */
  readonly bad: string;
  readonly safe: string;
  check(statement: LintedStatement): readonly { readonly message: string }[];
}

/** A statement, as the syntax tree of PostgreSQL: \`{ TruncateStmt: … }\`. */
export interface LintedStatement {
  readonly node: object;
}
`;
