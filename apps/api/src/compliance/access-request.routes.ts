import {
  accessRequestSchema,
  answerAccessRequest,
  answerAccessRequestSchema,
  extendAccessRequest,
  extendRequestSchema,
  fileAccessRequest,
  fileAccessRequestSchema,
  listAccessRequests,
  listRequestsSchema,
  listWaitingRequests,
  listWaitingRequestsSchema,
  reviewAccessDenial,
  waitingRequestSchema,
  withdrawAccessRequest,
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

/** Requests for access to a record and for accountings, and the list of all that wait. */
export const accessRequestRoutes: Routes = (server, { clinical }) => {
  server.get(
    '/v1/patient-requests',
    {
      schema: {
        tags,
        summary: 'Requests of patients that wait for the organisation, by the day they are due',
        querystring: listWaitingRequestsSchema,
        response: {
          200: z.object({ items: z.array(waitingRequestSchema), next: z.string().nullable() }),
        },
      },
    },
    async ({ query, caller }) => {
      const { items, next } = await listWaitingRequests(clinical, caller.actor, query);
      return { items: [...items], next };
    },
  );
  server.get(
    '/v1/patients/:id/access-requests',
    {
      schema: {
        tags,
        summary: 'Requests for access and for accountings, newest first',
        params: patientSchema,
        querystring: listRequestsSchema,
        response: {
          200: z.object({ items: z.array(accessRequestSchema), next: z.string().nullable() }),
        },
      },
    },
    async ({ params, query, caller }) => {
      const { items, next } = await listAccessRequests(clinical, caller.actor, params.id, query);
      return { items: [...items], next };
    },
  );
  server.post(
    '/v1/patients/:id/access-requests',
    {
      schema: {
        tags,
        summary: 'Ask for access to the record or for an accounting',
        params: patientSchema,
        body: fileAccessRequestSchema,
        response: { 201: accessRequestSchema },
      },
    },
    async ({ params, body, caller }, reply) =>
      reply.status(201).send(await fileAccessRequest(clinical, caller.actor, params.id, body)),
  );
  server.post(
    '/v1/patients/:id/access-requests/:partId/extend',
    {
      schema: {
        tags,
        summary: 'Extend the time to answer, once',
        params: placeSchema,
        body: extendRequestSchema,
        response: { 200: accessRequestSchema },
      },
    },
    ({ params, body, caller }) =>
      extendAccessRequest(clinical, caller.actor, placeOf(params), body),
  );
  server.post(
    '/v1/patients/:id/access-requests/:partId/answer',
    {
      schema: {
        tags,
        summary: 'Give what was asked for, or deny it with a ground of the law',
        params: placeSchema,
        body: answerAccessRequestSchema,
        response: { 200: accessRequestSchema },
      },
    },
    ({ params, body, caller }) =>
      answerAccessRequest(clinical, caller.actor, placeOf(params), body),
  );
  server.post(
    '/v1/patients/:id/access-requests/:partId/review',
    {
      schema: {
        tags,
        summary: 'Have a denial reviewed by another professional',
        params: placeSchema,
        response: { 200: accessRequestSchema },
      },
    },
    ({ params, caller }) => reviewAccessDenial(clinical, caller.actor, placeOf(params)),
  );
  server.post(
    '/v1/patients/:id/access-requests/:partId/withdraw',
    {
      schema: {
        tags,
        summary: 'Withdraw a request for access',
        params: placeSchema,
        response: { 200: accessRequestSchema },
      },
    },
    ({ params, caller }) => withdrawAccessRequest(clinical, caller.actor, placeOf(params)),
  );
};
