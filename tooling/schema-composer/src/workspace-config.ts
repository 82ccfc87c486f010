import type { Report } from './diagnostic.ts';
import type { ClassificationEffect } from './manifest.ts';
import { readSource } from './read-source.ts';
import type { SourceFile, Span } from './source-file.ts';

/** The root's `schema.config.json`: what the words of this workspace mean. */
export interface WorkspaceConfig {
  /** Where it stands, for faults that only the whole schema shows. */
  readonly file: SourceFile;
  /** Where the outputs go, from the root. */
  readonly schemaDir: string;
  /** File with the datasource and the generators, from the root. */
  readonly base: string;
  readonly classifications: Readonly<Record<string, ClassificationEffect>>;
  readonly retentionTypes: readonly string[];
  /** How a value may leave in an export that names nobody; a field without a rule does not leave. */
  readonly exportRules: readonly string[];
  /** Models whose rows no deletion of another row may delete. */
  readonly noCascadeInto: {
    readonly classifications: readonly string[];
    readonly models: readonly string[];
  };
  /** Models that tell who did what. */
  readonly auditTrail: readonly string[];
  readonly extensions: readonly string[];
}

type Fail = (key: string, expected: string) => void;
type Json = Record<string, unknown>;

const configFile = 'schema.config.json';
const reservedWords = new Set(
  'inverse softref internal encrypted blindIndex retention immutable appReads export deprecated renamedFrom check exclude sqlIndex generated partitionBy'.split(
    ' ',
  ),
);

/** Reads and checks the configuration; every fault is reported, and null given then. */
export function readConfig(root: string, report: Report): WorkspaceConfig | null {
  const file = readSource(root, configFile, report);
  if (file === null) return null;
  let json: unknown;
  try {
    json = JSON.parse(file.text);
  } catch (cause) {
    const offset = /position (\d+)/.exec(cause instanceof Error ? cause.message : '')?.[1];
    const start = Math.min(Number(offset ?? file.text.length), file.text.length);
    report({
      code: 'CONFIG_INVALID',
      message: `${configFile} is not JSON.`,
      at: { file, start, end: start + 1 },
    });
    return null;
  }
  let valid = true;
  const fail: Fail = (key, expected) => {
    valid = false;
    const at = keySpan(file, key);
    report({ code: 'CONFIG_INVALID', message: `"${key}" must be ${expected}.`, at });
  };
  if (!isObject(json)) {
    fail('', 'an object');
    return null;
  }
  const cascade = isObject(json['noCascadeInto']) ? json['noCascadeInto'] : {};
  if (json['noCascadeInto'] !== undefined && !isObject(json['noCascadeInto'])) {
    fail('noCascadeInto', 'an object');
  }
  const classifications = readClassifications(json['classifications'], fail);
  const config: WorkspaceConfig = {
    file,
    schemaDir: readPath(json, 'schemaDir', fail),
    base: readPath(json, 'base', fail),
    classifications,
    retentionTypes: readNames(json, 'retentionTypes', fail),
    exportRules: readNames(json, 'exportRules', fail),
    noCascadeInto: {
      classifications: readNames(cascade, 'classifications', fail),
      models: readNames(cascade, 'models', fail),
    },
    auditTrail: readNames(json, 'auditTrail', fail),
    extensions: readNames(json, 'extensions', fail),
  };
  for (const word of config.noCascadeInto.classifications) {
    if (!Object.hasOwn(classifications, word)) {
      fail('noCascadeInto', `made of words of "classifications"; "${word}" is none`);
    }
  }
  return valid ? config : null;
}

/** Where a model is named below a key of the configuration. */
export function namedModelSpan(
  { file }: WorkspaceConfig,
  key: 'noCascadeInto' | 'auditTrail',
  name: string,
): Span {
  const from = file.text.indexOf(`"${key}"`);
  const list = key === 'noCascadeInto' ? file.text.indexOf('"models"', from) : from;
  return textSpan(file, name, list);
}

function readClassifications(value: unknown, fail: Fail): Record<string, ClassificationEffect> {
  const found: Record<string, ClassificationEffect> = {};
  if (!isObject(value) || Object.keys(value).length === 0) {
    fail('classifications', 'an object with at least one word');
    return found;
  }
  for (const [word, effect] of Object.entries(value)) {
    if (!/^[a-z][A-Za-z0-9]*$/.test(word) || reservedWords.has(word)) {
      fail(word, 'a word in letters and digits that is no other annotation');
    } else if (!isEffect(effect)) {
      fail(word, '{rank: number, meaning: text, rowSecurity, mask, log, withheld: true or false}');
    } else {
      const { rank, meaning, rowSecurity, mask, log, withheld } = effect;
      const closed = withheld === true && { withheld };
      found[word] = { rank, meaning, rowSecurity, mask, log, ...closed };
    }
  }
  return found;
}

function isEffect(value: unknown): value is ClassificationEffect {
  return (
    isObject(value) &&
    typeof value['rank'] === 'number' &&
    typeof value['meaning'] === 'string' &&
    ['rowSecurity', 'mask', 'log'].every((key) => typeof value[key] === 'boolean') &&
    ['undefined', 'boolean'].includes(typeof value['withheld'])
  );
}

/** A path from the root that stays inside it. */
function readPath(json: Json, key: string, fail: Fail): string {
  const value = json[key];
  if (typeof value === 'string' && value !== '' && !/^[/\\]|^[A-Za-z]:|\\/.test(value)) {
    const parts = value.split('/').filter((part) => part !== '' && part !== '.');
    if (!parts.includes('..')) return parts.join('/');
  }
  fail(key, 'a path inside the workspace, with forward slashes');
  return '';
}

function readNames(json: Json, key: string, fail: Fail): string[] {
  const value = json[key] ?? [];
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value;
  fail(key, 'a list of texts');
  return [];
}

function keySpan(file: SourceFile, key: string): Span {
  return textSpan(file, key, 0);
}

/** The first place of a quoted text; the file's start where it is written with escapes. */
function textSpan(file: SourceFile, text: string, from: number): Span {
  const quoted = JSON.stringify(text);
  const at = file.text.indexOf(quoted, from);
  return at < 0 ? { file, start: 0, end: 1 } : { file, start: at, end: at + quoted.length };
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
