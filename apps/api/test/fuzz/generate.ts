import fc from 'fast-check';
import { RECORD_EXAMPLES } from '../record-examples.ts';
import { PASSWORD } from '../accounts.ts';
import type { Harvest } from './harvest.ts';
import { HOSTILE, HOSTILE_TEXT } from './hostile.ts';
import type { ApiDocument, Json, Operation } from './operations.ts';
import type { Random } from './random.ts';

/** A request that the generator made. */
export interface FuzzRequest {
  readonly operation: Operation;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string | Buffer | undefined;
}

const BROKEN_JSON = [
  '{',
  '[',
  '"',
  'null',
  '{"a":1,}',
  '\u0000',
  '{"a":'.repeat(2000),
  '['.repeat(20_000),
  `{"family":"${'x'.repeat(300_000)}"}`,
  '{"family":"\\ud800"}',
  '{"family":"a","family":"b"}',
];
const NO_UTF8 = Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]);
const OTHER_TYPES = [
  'text/plain',
  'application/xml',
  'multipart/form-data',
  'application/json; charset=utf-7',
  'application/x-www-form-urlencoded',
  'json',
];
const FILE_TYPES = [
  ...OTHER_TYPES,
  ...['application/pdf', 'application/json', 'text/html', 'image/png;a="b', '*/*', 'a/b/c'],
];
const FILE_NAMES = [
  'attachment; filename="a.pdf"',
  "attachment; filename*=UTF-8''%00%0d%0a",
  "attachment; filename*=UTF-8''%ff",
  'filename',
  `attachment; filename="../${'x'.repeat(400)}"`,
];
const TEXTS = ['Jane', 'a b', 'ÄÖ', '12', 'http://x.example/y', 'I10', 'x'.repeat(40)];

/** Makes requests of the document: half of them as it asks for, half spoilt at one place. */
export function createGenerator(
  document: ApiDocument,
  random: Random,
  harvest: Harvest,
): (operation: Operation, patients: readonly string[]) => FuzzRequest {
  const { pick, chance, next } = random;
  const { schemas } = document.components;
  const someUuid = (patients: readonly string[]) =>
    chance(0.7) ? pick(patients) : crypto.randomUUID();

  const patterns = new Map<string, fc.Arbitrary<string>>();
  const matching = (pattern: string): string => {
    const known = patterns.get(pattern) ?? fc.stringMatching(new RegExp(pattern, 'u'));
    patterns.set(pattern, known);
    const [text = ''] = fc.sample(known, { numRuns: 1, seed: Math.floor(next() * 2 ** 31) });
    return text;
  };

  const textOf = (name: string, patients: readonly string[], schema: Json): string => {
    const { format, pattern } = schema as { format?: string; pattern?: string };
    const known = harvest.valuesOf(name);
    if (known.length > 0 && chance(0.7)) return pick(known);
    if (/password/i.test(name)) {
      return /^new/.test(name) || chance(0.3) ? `Horse-${crypto.randomUUID()}-A` : PASSWORD;
    }
    if (format === 'uuid') {
      const places = harvest.placesOf(`${name.replace(/Id$/, '')}s`);
      return places.length > 0 && chance(0.8) ? pick(places).id : someUuid(patients);
    }
    if (format === 'date-time') return pick(['2026-01-02T03:04:05Z', '1999-12-31T23:59:59+02:00']);
    if (format === 'date') return pick(['2020-02-29', '1950-01-01']);
    if (format === 'email') return `fuzz${Math.floor(next() * 5)}@example.org`;
    return pattern === undefined || chance(0.1) ? pick(TEXTS) : matching(pattern);
  };

  const valueOf = (schema: Json, name: string, patients: readonly string[], depth = 0): unknown => {
    const { $ref, anyOf, oneOf, type, properties, required, items } = schema as Schema;
    if ('const' in schema) return schema['const'];
    if ($ref !== undefined) {
      return valueOf(schemas[$ref.split('/').at(-1) ?? ''] ?? {}, name, patients, depth);
    }
    const choice = anyOf ?? oneOf;
    if (choice !== undefined) return valueOf(pick(choice), name, patients, depth);
    if (schema['enum'] !== undefined) return pick(schema['enum'] as unknown[]);
    switch ((Array.isArray(type) ? pick(type) : type) ?? 'string') {
      case 'object':
        return Object.fromEntries(
          Object.entries(properties ?? {})
            .filter(([key]) => required?.includes(key) === true || chance(0.25))
            .map(([key, part]) => [key, valueOf(part, key, patients, depth + 1)]),
        );
      case 'array':
        return Array.from({ length: depth > 4 ? 0 : Math.floor(next() * 3) }, () =>
          valueOf(items ?? {}, name, patients, depth + 1),
        );
      case 'integer':
      case 'number':
        return pick([0, 1, 2, 10, 50, 100]);
      case 'boolean':
        return chance(0.5);
      case 'null':
        return null;
      default:
        return textOf(name, patients, schema);
    }
  };

  /** Puts something hostile at one place, drops a part, or adds one. */
  const spoil = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || chance(0.15)) return pick(HOSTILE);
    const entries = Object.entries(value);
    const [name] =
      entries.length === 0 || chance(0.15)
        ? [pick(['extra', '__proto__', 'id', 'userId', 'organizationId', 'version', 'source'])]
        : pick(entries);
    if (chance(0.2)) return Object.fromEntries(entries.filter(([other]) => other !== name));
    if (Array.isArray(value)) return [...(value as unknown[]), pick(HOSTILE)];
    return { ...value, [name]: chance(0.5) ? pick(HOSTILE) : spoil((value as Json)[name]) };
  };

  const bodyOf = ({ path, body, takesBytes }: Operation, patients: readonly string[]) => {
    if (takesBytes) {
      return {
        payload: Buffer.alloc(pick([0, 1, 300, 65_536, 200_000]), pick(['\0', 'a', '\xff'])),
        type: chance(0.7) ? 'application/pdf' : pick(FILE_TYPES),
      };
    }
    if (body === undefined) {
      return chance(0.05)
        ? { payload: pick(['{}', '[]', 'x']), type: 'application/json' }
        : undefined;
    }
    if (chance(0.05)) return { payload: pick(BROKEN_JSON), type: 'application/json' };
    if (chance(0.02)) return { payload: NO_UTF8, type: 'application/json' };
    const list = path.split('/').at(-1) ?? '';
    const example = RECORD_EXAMPLES[list];
    const files = list === 'documents' ? harvest.valuesOf('secureFileId') : [];
    const generated = valueOf(body, '', patients);
    const value =
      example !== undefined && chance(0.6)
        ? {
            ...example,
            ...(files.length > 0 && { secureFileId: pick(files) }),
            ...(chance(0.3) && (generated as object)),
          }
        : generated;
    return {
      payload: JSON.stringify(chance(0.65) ? value : spoil(value)),
      type: chance(0.03) ? pick(OTHER_TYPES) : 'application/json',
    };
  };

  /** Fills what is in braces: the id of a row and its patient's come together, where any are known. */
  const addressOf = ({ path }: Operation, patients: readonly string[]): string => {
    const segments = path.split('/');
    const whole = segments.findLastIndex((segment) => segment.startsWith('{'));
    const places = harvest.placesOf(segments[whole - 1] ?? '');
    const place = places.length > 0 && chance(0.8) ? pick(places) : undefined;
    return segments
      .map((segment, n) => {
        if (!segment.startsWith('{')) return segment;
        if (chance(0.08)) return encodeURIComponent(pick(HOSTILE_TEXT).slice(0, 500));
        if (n === whole && place !== undefined) return place.id;
        if (segment === '{name}') return 'Patient';
        if (segment === '{id}') return place?.patientId ?? someUuid(patients);
        return crypto.randomUUID();
      })
      .join('/');
  };

  const queryOf = ({ path, parameters }: Operation, patients: readonly string[]): string => {
    const cursors = harvest.valuesOf(`cursor ${path}`);
    const query = parameters
      .filter((parameter) => parameter.in === 'query' && chance(0.25))
      .map(({ name, schema }) => {
        const value =
          name === 'after' && cursors.length > 0 && chance(0.6)
            ? pick(cursors)
            : name === 'fields' && chance(0.7)
              ? pick(['id', 'note', 'code,status', 'family,birthDate', 'version, id'])
              : chance(0.8)
                ? valueOf(schema, name, patients)
                : pick(HOSTILE_TEXT);
        const given = typeof value === 'string' ? value : JSON.stringify(value);
        return `${name}=${encodeURIComponent(given).slice(0, 3000)}`;
      });
    if (chance(0.05)) query.push(query[0] ?? 'odd=1');
    return query.length === 0 ? '' : `?${query.join('&')}`;
  };

  return (operation, patients) => {
    const body = bodyOf(operation, patients);
    const tags = ['W/"1"', '"2"', 'W/"0"', '*', 'x'.repeat(60), ...harvest.valuesOf('etag')];
    return {
      operation,
      url: addressOf(operation, patients) + queryOf(operation, patients),
      headers: {
        ...(body !== undefined && { 'content-type': body.type }),
        ...(operation.method === 'PATCH' && chance(0.9) && { 'if-match': pick(tags) }),
        ...(operation.takesBytes && chance(0.5) && { 'content-disposition': pick(FILE_NAMES) }),
        ...(chance(0.04) && { 'x-purpose-of-use': pick(['TREAT', 'BTG', 'HPAYMT', 'x']) }),
        ...(chance(0.05) && { 'x-request-id': pick(['a', 'x'.repeat(5000), 'ok-1']) }),
      },
      payload: body?.payload,
    };
  };
}

interface Schema {
  readonly $ref?: string;
  readonly anyOf?: Json[];
  readonly oneOf?: Json[];
  readonly type?: string | string[];
  readonly properties?: Record<string, Json>;
  readonly required?: string[];
  readonly items?: Json;
}
