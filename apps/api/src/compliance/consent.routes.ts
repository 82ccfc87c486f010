import {
  consentSchema,
  giveConsent,
  giveConsentSchema,
  listConsents,
  listConsentsSchema,
  revokeConsent,
  revokeConsentSchema,
} from '@holovitals/compliance';
import { z } from 'zod';
import type { Routes } from '../routes.ts';

const tags = ['consent'];
const patientSchema = z.strictObject({ id: z.uuid() });

/** What a patient permits and denies. */
export const consentRoutes: Routes = (server, { clinical }) => {
  server.get(
    '/v1/patients/:id/consents',
    {
      schema: {
        tags,
        summary: 'Consents and authorisations of the patient, newest first, ended ones too',
        params: patientSchema,
        querystring: listConsentsSchema,
        response: { 200: z.object({ items: z.array(consentSchema), next: z.string().nullable() }) },
      },
    },
    async ({ params, query, caller }) => {
      const { items, next } = await listConsents(clinical, caller.actor, params.id, query);
      return { items: [...items], next };
    },
  );
  server.post(
    '/v1/patients/:id/consents',
    {
      schema: {
        tags,
        summary: 'Give a consent or an authorisation, with its provisions',
        params: patientSchema,
        body: giveConsentSchema,
        response: { 201: consentSchema },
      },
    },
    async ({ params, body, caller }, reply) =>
      reply.status(201).send(await giveConsent(clinical, caller.actor, params.id, body)),
  );
  server.post(
    '/v1/patients/:id/consents/:partId/revoke',
    {
      schema: {
        tags,
        summary: 'Revoke a consent, from now on',
        params: patientSchema.extend({ partId: z.uuid() }),
        body: revokeConsentSchema,
        response: { 200: consentSchema },
      },
    },
    ({ params, body, caller }) =>
      revokeConsent(clinical, caller.actor, params.id, params.partId, body),
  );
};
