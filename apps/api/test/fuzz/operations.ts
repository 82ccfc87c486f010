import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

export type Json = Readonly<Record<string, unknown>>;

/** The API as its document describes it. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Json>> };
}

/** One operation of the document, with what holds its answers to their schemas. */
export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly { name: string; in: string; schema: Json }[];
  readonly body: Json | undefined;
  /** Its body is bytes of any type. */
  readonly takesBytes: boolean;
  /** The schema of a status; `undefined` where the document does not know it, or not of this type. */
  answerOf(status: number, type: string): ValidateFunction | undefined;
}

/** Reads the operations of a document. */
export function operationsOf(document: ApiDocument): Operation[] {
  const ajv = new Ajv2020({ strict: false, validateSchema: false, allErrors: false });
  formats.default(ajv);
  ajv.addSchema(document, 'document');
  const compiled = new Map<string, ValidateFunction>();
  const schemaAt = (...steps: string[]) => {
    const pointer = steps.map((step) =>
      encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1')),
    );
    const ref = `document#/${pointer.join('/')}`;
    const known = compiled.get(ref) ?? ajv.compile({ $ref: ref });
    compiled.set(ref, known);
    return known;
  };
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const {
        parameters = [],
        requestBody,
        responses,
      } = operation as {
        parameters?: Operation['parameters'];
        requestBody?: { content?: Record<string, { schema: Json }> };
        responses: Record<string, { $ref?: string; content?: Record<string, unknown> }>;
      };
      return {
        ...{ method: method.toUpperCase(), path, parameters },
        body: requestBody?.content?.['application/json']?.schema,
        takesBytes: requestBody?.content?.['*/*'] !== undefined,
        answerOf(status, type) {
          const name = String(status) in responses ? String(status) : 'default';
          const { $ref, content = {} } = responses[name] ?? {};
          const place = $ref?.slice(2).split('/') ?? ['paths', path, method, 'responses', name];
          const declared = type in content ? type : '*/*';
          const isKnown = status < 400 ? declared in content : type === 'application/problem+json';
          return isKnown
            ? schemaAt(...place, 'content', status < 400 ? declared : type, 'schema')
            : undefined;
        },
      };
    }),
  );
}
