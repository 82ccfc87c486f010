import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import {
  createJsonSchemaTransform,
  createJsonSchemaTransformObject,
} from 'fastify-type-provider-zod';
import { z } from 'zod';
import { problemSchema } from './problem-details.ts';

interface Operation {
  tags?: readonly string[];
  responses?: Record<string, unknown>;
}

/** A format says more than the expression that checks it, and in fewer letters. */
const zodToJsonConfig = {
  override({ jsonSchema }: { jsonSchema: { format?: string; pattern?: string } }) {
    if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
  },
};
const describeRoute = createJsonSchemaTransform({ zodToJsonConfig });
const describeNamed = createJsonSchemaTransformObject({ zodToJsonConfig });

/** Describes the routes in OpenAPI 3.1, from the schemas they are checked by. */
export async function describeRoutes(server: FastifyInstance): Promise<void> {
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'HoloVitals', version: '0.0.0', description: 'The HoloVitals data platform.' },
      servers: [{ url: '/' }],
      security: [{ bearer: [] }],
      components: {
        securitySchemes: {
          bearer: {
            type: 'http',
            scheme: 'bearer',
            description: 'A session token of /v1/auth/login, or an API key.',
          },
        },
        schemas: { Problem: z.toJSONSchema(problemSchema) as object },
        responses: {
          TooManyRequests: {
            description: 'Too many requests come from this address.',
            headers: {
              'Retry-After': { description: 'Seconds to wait.', schema: { type: 'integer' } },
            },
            content: {
              'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
            },
          },
          Problem: {
            description: 'It failed.',
            content: {
              'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
            },
          },
        },
      },
    },
    transform(route) {
      const described = describeRoute(route);
      if (route.route.config?.access !== 'public' && route.url.startsWith('/v1/')) return described;
      return { ...described, schema: { ...described.schema, security: [] } };
    },
    transformObject(document) {
      if (!('openapiObject' in document)) return document.swaggerObject;
      const openapiObject = describeNamed(document) as typeof document.openapiObject;
      for (const path of Object.values(openapiObject.paths ?? {})) {
        for (const operation of Object.values(path ?? {}) as Operation[]) {
          if (typeof operation.responses !== 'object') continue;
          if (operation.tags?.includes('health') !== true) {
            operation.responses['429'] = { $ref: '#/components/responses/TooManyRequests' };
          }
          operation.responses['default'] = { $ref: '#/components/responses/Problem' };
        }
      }
      return withoutUnused(openapiObject);
    },
  });
}

/** Leaves out the schemas that nothing refers to: each is named as input and as output. */
function withoutUnused<Document extends { components?: { schemas?: object } }>(
  document: Document,
): Document {
  const { schemas = {}, ...components } = document.components ?? {};
  const all = new Map(Object.entries(schemas) as [string, unknown][]);
  const used = new Set<string>();
  const open: unknown[] = [{ ...document, components }];
  while (open.length > 0) {
    for (const [, name = ''] of JSON.stringify(open.pop()).matchAll(
      /"#\/components\/schemas\/(\w+)"/g,
    )) {
      if (!used.has(name)) open.push(all.get(name) ?? {});
      used.add(name);
    }
  }
  const kept = [...all].filter(([name]) => used.has(name));
  return { ...document, components: { ...components, schemas: Object.fromEntries(kept) } };
}
