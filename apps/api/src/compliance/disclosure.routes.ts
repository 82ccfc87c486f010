import {
  accountingSchema,
  disclosureFactsSchema,
  disclosureSchema,
  listDisclosures,
  listDisclosuresSchema,
  readAccounting,
  readAccountingSchema,
  recordPatientDisclosure,
  suspendAccounting,
  suspendAccountingSchema,
} from '@holovitals/compliance';
import { z } from 'zod';
import type { Routes } from '../routes.ts';

const tags = ['disclosure'];
const patientSchema = z.strictObject({ id: z.uuid() });

/** What of a record was disclosed to whom. */
export const disclosureRoutes: Routes = (server, { clinical }) => {
  server.get(
    '/v1/patients/:id/accounting-of-disclosures',
    {
      schema: {
        tags,
        summary: 'Who got what of the record and what for, six years back at most',
        params: patientSchema,
        querystring: readAccountingSchema,
        response: { 200: accountingSchema },
      },
    },
    ({ params, query, caller }) => readAccounting(clinical, caller.actor, params.id, query),
  );
  server.get(
    '/v1/patients/:id/disclosures',
    {
      schema: {
        tags,
        summary: 'All disclosures of the record, for officers, newest first',
        params: patientSchema,
        querystring: listDisclosuresSchema,
        response: {
          200: z.object({ items: z.array(disclosureSchema), next: z.string().nullable() }),
        },
      },
    },
    async ({ params, query, caller }) => {
      const { items, next } = await listDisclosures(clinical, caller.actor, params.id, query);
      return { items: [...items], next };
    },
  );
  server.post(
    '/v1/patients/:id/disclosures',
    {
      schema: {
        tags,
        summary: 'Record a disclosure',
        params: patientSchema,
        body: disclosureFactsSchema,
        response: { 201: disclosureSchema },
      },
    },
    async ({ params, body, caller }, reply) =>
      reply
        .status(201)
        .send(await recordPatientDisclosure(clinical, caller.actor, params.id, body)),
  );
  server.post(
    '/v1/patients/:id/disclosures/:partId/suspension',
    {
      schema: {
        tags,
        summary: 'Leave a disclosure out of accountings for a while, at an official’s request',
        params: patientSchema.extend({ partId: z.uuid() }),
        body: suspendAccountingSchema,
        response: { 200: disclosureSchema },
      },
    },
    ({ params, body, caller }) =>
      suspendAccounting(clinical, caller.actor, params.id, params.partId, body),
  );
};
