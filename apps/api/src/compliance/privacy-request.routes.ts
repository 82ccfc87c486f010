import {
  answerPrivacyRequest,
  answerPrivacyRequestSchema,
  endPrivacyRequest,
  endPrivacyRequestSchema,
  filePrivacyRequest,
  filePrivacyRequestSchema,
  listPrivacyRequests,
  listRequestsSchema,
  privacyRequestSchema,
  withdrawPrivacyRequest,
} from '@holovitals/compliance';
import { z } from 'zod';
import type { Routes } from '../routes.ts';

const tags = ['patient request'];
const patientSchema = z.strictObject({ id: z.uuid() });
const placeSchema = patientSchema.extend({ partId: z.uuid() });
const placeOf = ({ id, partId }: z.infer<typeof placeSchema>) => ({
  patientId: id,
  requestId: partId,
});

/** Restrictions, confidential channels, opt-outs and complaints. */
export const privacyRequestRoutes: Routes = (server, { clinical }) => {
  server.get(
    '/v1/patients/:id/privacy-requests',
    {
      schema: {
        tags,
        summary: 'Restrictions, channels, opt-outs and complaints, newest first',
        params: patientSchema,
        querystring: listRequestsSchema,
        response: {
          200: z.object({ items: z.array(privacyRequestSchema), next: z.string().nullable() }),
        },
      },
    },
    async ({ params, query, caller }) => {
      const { items, next } = await listPrivacyRequests(clinical, caller.actor, params.id, query);
      return { items: [...items], next };
    },
  );
  server.post(
    '/v1/patients/:id/privacy-requests',
    {
      schema: {
        tags,
        summary: 'Ask for a restriction, a confidential channel or an opt-out, or complain',
        params: patientSchema,
        body: filePrivacyRequestSchema,
        response: { 201: privacyRequestSchema },
      },
    },
    async ({ params, body, caller }, reply) =>
      reply.status(201).send(await filePrivacyRequest(clinical, caller.actor, params.id, body)),
  );
  server.post(
    '/v1/patients/:id/privacy-requests/:partId/answer',
    {
      schema: {
        tags,
        summary: 'Agree to a request or refuse it, or say what a complaint came to',
        params: placeSchema,
        body: answerPrivacyRequestSchema,
        response: { 200: privacyRequestSchema },
      },
    },
    ({ params, body, caller }) =>
      answerPrivacyRequest(clinical, caller.actor, placeOf(params), body),
  );
  server.post(
    '/v1/patients/:id/privacy-requests/:partId/end',
    {
      schema: {
        tags,
        summary: 'End what was agreed to, from now on',
        params: placeSchema,
        body: endPrivacyRequestSchema,
        response: { 200: privacyRequestSchema },
      },
    },
    ({ params, body, caller }) => endPrivacyRequest(clinical, caller.actor, placeOf(params), body),
  );
  server.post(
    '/v1/patients/:id/privacy-requests/:partId/withdraw',
    {
      schema: {
        tags,
        summary: 'Withdraw a request',
        params: placeSchema,
        response: { 200: privacyRequestSchema },
      },
    },
    ({ params, caller }) => withdrawPrivacyRequest(clinical, caller.actor, placeOf(params)),
  );
};
