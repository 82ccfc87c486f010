import {
  createPractitioner,
  createPractitionerSchema,
  listPractitioners,
  listPractitionersSchema,
  practitionerSchema,
  readPractitioner,
} from '@holovitals/clinical';
import { z } from 'zod';
import type { Routes } from '../routes.ts';

const tags = ['practitioners'];

/** Clinicians, inside and outside the platform: no patient's data. */
export const practitionerRoutes: Routes = (server, { clinical }) => {
  server.get(
    '/v1/practitioners',
    {
      schema: {
        tags,
        summary: 'Practitioners by name or NPI',
        querystring: listPractitionersSchema,
        response: {
          200: z.object({ items: z.array(practitionerSchema), next: z.uuid().nullable() }),
        },
      },
    },
    ({ query, caller }) => listPractitioners(clinical, caller.actor, query),
  );
  server.post(
    '/v1/practitioners',
    {
      schema: {
        tags,
        summary: 'Record a practitioner',
        body: createPractitionerSchema,
        response: { 201: practitionerSchema },
      },
    },
    async ({ body, caller }, reply) =>
      reply.status(201).send(await createPractitioner(clinical, caller.actor, body)),
  );
  server.get(
    '/v1/practitioners/:id',
    {
      schema: {
        tags,
        summary: 'A practitioner',
        params: z.strictObject({ id: z.uuid() }),
        response: { 200: practitionerSchema },
      },
    },
    ({ params, caller }) => readPractitioner(clinical, caller.actor, params.id),
  );
};
