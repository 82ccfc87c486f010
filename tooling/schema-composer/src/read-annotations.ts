import { spanIn, splitDocs, textSpan, type Annotation } from './annotation.ts';
import type { Report } from './diagnostic.ts';
import type { Deprecation } from './manifest.ts';
import type { Span } from './source-file.ts';
import { suggest } from './suggest.ts';
import type { DocLine } from './syntax.ts';
import type { WorkspaceConfig } from './workspace-config.ts';

/** What an annotation may stand above. */
export type AnnotationTarget = 'model' | 'scalar' | 'relation' | 'enum' | 'value';

/** `name: <sql>`, with the means to point into the SQL. */
export interface SqlAnnotation {
  readonly name: string;
  readonly sql: string;
  readonly annotation: Annotation;
  /** Where the SQL starts in the annotation's text. */
  readonly offset: number;
}

export type SoftrefNode = { readonly outlives: boolean; readonly at: Span } & (
  { readonly model: string; readonly field: string } | { readonly via: string }
);

/** The annotations of one model, field, enum or value, read and checked by themselves. */
export interface Annotations {
  doc: string;
  classification: { readonly word: string; readonly at: Span } | null;
  inverse: { readonly name: string; readonly at: Span } | null;
  softref: SoftrefNode | null;
  internal: boolean;
  encrypted: Span | null;
  blindIndex: { readonly field: string; readonly at: Span } | null;
  retention: string | null;
  immutable: boolean;
  appReads: { readonly reason: string; readonly at: Span } | null;
  exportRule: string | null;
  deprecated: Deprecation | null;
  renamedFrom: string | null;
  generated: SqlAnnotation | null;
  partitionBy: { readonly field: string; readonly schema: string; readonly at: Span } | null;
  checks: SqlAnnotation[];
  excludes: SqlAnnotation[];
  sqlIndexes: SqlAnnotation[];
}

interface Form {
  readonly targets: readonly AnnotationTarget[];
  readonly usage: string;
  /** May stand more than once. */
  readonly repeats?: boolean;
  /** Puts what it reads into `into`; false where the text does not fit the usage. */
  readonly read: (annotation: Annotation, into: Annotations, config: WorkspaceConfig) => boolean;
}

const everything: readonly AnnotationTarget[] = ['model', 'scalar', 'relation', 'enum', 'value'];
const identifier = /^[A-Za-z]\w*$/;

const forms: Readonly<Record<string, Form>> = {
  inverse: {
    targets: ['relation'],
    usage: '@inverse name',
    read: (annotation, into) => {
      into.inverse = { name: annotation.text, at: textSpan(annotation) };
      return identifier.test(annotation.text);
    },
  },
  softref: {
    targets: ['scalar'],
    usage: '@softref Model.field [outlives] or @softref via typeField [outlives]',
    read: (annotation, into) => {
      const match = /^(?:via +(\w+)|(\w+)\.(\w+))( +outlives)?$/.exec(annotation.text);
      if (match === null) return false;
      const [, via, model = '', field = '', outlives] = match;
      const shared = { outlives: outlives !== undefined, at: textSpan(annotation) };
      into.softref = via === undefined ? { model, field, ...shared } : { via, ...shared };
      return true;
    },
  },
  internal: {
    targets: ['model'],
    usage: '@internal',
    read: ({ text }, into) => (into.internal = text === ''),
  },
  encrypted: {
    targets: ['scalar'],
    usage: '@encrypted',
    read: ({ text, span }, into) => {
      into.encrypted = span;
      return text === '';
    },
  },
  blindIndex: {
    targets: ['scalar'],
    usage: '@blindIndex fieldName',
    read: (annotation, into) => {
      into.blindIndex = { field: annotation.text, at: textSpan(annotation) };
      return identifier.test(annotation.text);
    },
  },
  retention: {
    targets: ['model'],
    usage: '@retention TYPE, with a type of "retentionTypes" in schema.config.json',
    read: ({ text }, into, config) => {
      into.retention = text;
      return config.retentionTypes.includes(text);
    },
  },
  immutable: {
    targets: ['model'],
    usage: '@immutable',
    read: ({ text }, into) => (into.immutable = text === ''),
  },
  appReads: {
    targets: ['scalar'],
    usage: '@appReads why the application must read it',
    read: ({ text, span }, into) => {
      into.appReads = { reason: text, at: span };
      return text !== '';
    },
  },
  export: {
    targets: ['scalar'],
    usage: '@export rule, with a rule of "exportRules" in schema.config.json',
    read: ({ text }, into, config) => {
      into.exportRule = text;
      return config.exportRules.includes(text);
    },
  },
  deprecated: {
    targets: everything,
    usage: '@deprecated since=1.4.0 sunset=2.0.0 text (sunset may be left out, and is later)',
    read: ({ text }, into) => {
      const match = /^since=(\d+\.\d+\.\d+)(?: +sunset=(\d+\.\d+\.\d+))?(?: +(\S.*))?$/.exec(text);
      if (match === null || match[3]?.startsWith('sunset=') === true) return false;
      const [, since = '', sunset = null, words = ''] = match;
      into.deprecated = { since, sunset, text: words };
      return sunset === null || compareVersions(since, sunset) < 0;
    },
  },
  renamedFrom: {
    targets: everything,
    usage: '@renamedFrom OldName',
    read: ({ text }, into) => {
      into.renamedFrom = text;
      return identifier.test(text);
    },
  },
  check: {
    targets: ['model', 'scalar', 'relation'],
    usage: '@check name: <sql expression>',
    repeats: true,
    read: (annotation, into) => readNamedSql(annotation, into.checks, /\S/),
  },
  exclude: {
    targets: ['model'],
    usage: '@exclude name: USING method (...) [WHERE (...)]',
    repeats: true,
    read: (annotation, into) => readNamedSql(annotation, into.excludes, /^USING\s+\w+\s*\(/i),
  },
  sqlIndex: {
    targets: ['model'],
    usage: '@sqlIndex name: [UNIQUE ]USING method (...) [WHERE ...]',
    repeats: true,
    read: (annotation, into) =>
      readNamedSql(annotation, into.sqlIndexes, /^(?:UNIQUE\s+)?USING\s+\w+\s*\(/i),
  },
  generated: {
    targets: ['scalar'],
    usage: '@generated <sql expression>',
    read: (annotation, into) => {
      into.generated = { name: '', sql: annotation.text, annotation, offset: 0 };
      return annotation.text !== '';
    },
  },
  partitionBy: {
    targets: ['model'],
    usage: '@partitionBy range(fieldName) in schema_name',
    read: (annotation, into) => {
      const match = /^range\((\w+)\) +in +([a-z_][a-z0-9_]*)$/.exec(annotation.text);
      if (match === null) return false;
      const [, field = '', schema = ''] = match;
      into.partitionBy = { field, schema, at: textSpan(annotation) };
      return true;
    },
  },
};

/** Reads the documentation above something; unknown, misplaced and malformed words are reported. */
export function readAnnotations(
  docs: readonly DocLine[],
  target: AnnotationTarget,
  config: WorkspaceConfig,
  report: Report,
): Annotations {
  if (docs.length === 0) return emptyAnnotations('');
  const { doc, annotations } = splitDocs(docs);
  const into = emptyAnnotations(doc);
  const seen = new Map<string, Annotation>();
  for (const annotation of annotations) {
    const { word, span } = annotation;
    const isClassification = Object.hasOwn(config.classifications, word);
    const form = isClassification ? classificationForm : formOf(word);
    if (form === undefined) {
      const known = [...Object.keys(forms), ...Object.keys(config.classifications)];
      const near = suggest(word, known);
      report({
        code: 'UNKNOWN_ANNOTATION',
        message: `@${word} is no annotation.`,
        at: span,
        fix:
          near === undefined
            ? `Known are ${known.map((each) => `@${each}`).join(', ')}.`
            : `Did you mean @${near}?`,
      });
      continue;
    }
    const key = isClassification ? 'classification' : word;
    const earlier = seen.get(key);
    if (earlier !== undefined && form.repeats !== true) {
      report({
        code: 'REPEATED_ANNOTATION',
        message: `@${word} may stand here once, and follows @${earlier.word}.`,
        at: span,
        related: [{ message: 'the first is', at: earlier.span }],
      });
      continue;
    }
    seen.set(key, annotation);
    if (!form.targets.includes(target)) {
      report({
        code: 'MISPLACED_ANNOTATION',
        message: `@${word} cannot stand above ${nameOf(target)}.`,
        at: span,
        fix: `It belongs above ${form.targets.map(nameOf).join(' or ')}.`,
      });
    } else if (!form.read(annotation, into, config)) {
      report({
        code: 'ANNOTATION_ARGUMENT',
        message: `@${word} is not written as it must be.`,
        at: textSpan(annotation),
        fix: `Write ${form.usage}.`,
      });
    }
  }
  return into;
}

const classificationForm: Form = {
  targets: ['model', 'scalar'],
  usage: 'the word alone',
  read: ({ word, text, span }, into) => {
    into.classification = { word, at: span };
    return text === '';
  },
};

function formOf(word: string): Form | undefined {
  return Object.hasOwn(forms, word) ? forms[word] : undefined;
}

function readNamedSql(annotation: Annotation, into: SqlAnnotation[], shape: RegExp): boolean {
  const match = /^([a-z_][a-z0-9_]*)\s*:\s*/.exec(annotation.text);
  if (match === null) return false;
  const offset = match[0].length;
  const sql = annotation.text.slice(offset);
  if (!shape.test(sql)) return false;
  into.push({ name: match[1] ?? '', sql, annotation, offset });
  return true;
}

/** The span of a part of an annotation's SQL. */
export function sqlSpan({ annotation, offset }: SqlAnnotation, at: number, length: number): Span {
  return spanIn(annotation, offset + at, length);
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((each) => each.split('.').map(Number));
  for (let at = 0; at < 3; at++) {
    const difference = (left?.[at] ?? 0) - (right?.[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function nameOf(target: AnnotationTarget): string {
  const names = {
    model: 'a model',
    scalar: 'a scalar field',
    relation: 'a relation field',
    enum: 'an enum',
    value: 'a value of an enum',
  };
  return names[target];
}

function emptyAnnotations(doc: string): Annotations {
  return {
    doc,
    classification: null,
    inverse: null,
    softref: null,
    internal: false,
    encrypted: null,
    blindIndex: null,
    retention: null,
    immutable: false,
    appReads: null,
    exportRule: null,
    deprecated: null,
    renamedFrom: null,
    generated: null,
    partitionBy: null,
    checks: [],
    excludes: [],
    sqlIndexes: [],
  };
}
