import { z } from 'zod';
import { modelMissing } from '../errors.ts';
import type { Routes } from '../routes.ts';

const fieldSchema = z.object({
  name: z.string(),
  type: z.string(),
  list: z.boolean(),
  optional: z.boolean(),
  classification: z.string(),
  doc: z.string(),
});

const modelSchema = z.object({
  name: z.string(),
  domain: z.string(),
  doc: z.string(),
  fields: z.array(fieldSchema),
});

/** The public part of the manifest: what models there are and how their fields are classified. */
export const schemaRoutes: Routes = (server, { manifest }) => {
  const models = manifest.models.map(({ name, domain, doc, fields }) => ({
    ...{ name, domain, doc },
    fields: fields
      .filter(({ classification }) => classification !== 'secret')
      .map((field) => ({
        ...{ name: field.name, type: field.type, list: field.list, optional: field.optional },
        ...{ classification: field.classification, doc: field.doc },
      })),
  }));
  server.get(
    '/v1/schema/models',
    {
      config: { access: 'public' },
      schema: {
        tags: ['schema'],
        summary: 'Models of the platform, with the number of their fields',
        response: {
          200: z.object({
            items: z.array(modelSchema.omit({ fields: true }).extend({ fields: z.int() })),
          }),
        },
      },
    },
    () => ({ items: models.map((model) => ({ ...model, fields: model.fields.length })) }),
  );
  server.get(
    '/v1/schema/models/:name',
    {
      config: { access: 'public' },
      schema: {
        tags: ['schema'],
        summary: 'A model with its fields',
        params: z.object({ name: z.string().max(100) }),
        response: { 200: modelSchema },
      },
    },
    ({ params }) => {
      const model = models.find(({ name }) => name === params.name);
      if (model === undefined) throw modelMissing();
      return model;
    },
  );
};
