import {
  amendmentRequestSchema,
  answerAmendmentRequest,
  answerAmendmentRequestSchema,
  disagreeWithDenial,
  extendAmendmentRequest,
  extendRequestSchema,
  fileAmendmentRequest,
  fileAmendmentRequestSchema,
  listAmendmentRequests,
  listRequestsSchema,
  rebutDisagreement,
  statementSchema,
  withdrawAmendmentRequest,
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

/** Requests to amend a row of the record. */
export const amendmentRequestRoutes: Routes = (server, { clinical }) => {
  server.get(
    '/v1/patients/:id/amendment-requests',
    {
      schema: {
        tags,
        summary: 'Requests to amend the record, newest first',
        params: patientSchema,
        querystring: listRequestsSchema,
        response: {
          200: z.object({ items: z.array(amendmentRequestSchema), next: z.string().nullable() }),
        },
      },
    },
    async ({ params, query, caller }) => {
      const { items, next } = await listAmendmentRequests(clinical, caller.actor, params.id, query);
      return { items: [...items], next };
    },
  );
  server.post(
    '/v1/patients/:id/amendment-requests',
    {
      schema: {
        tags,
        summary: 'Ask to amend a row of the record',
        params: patientSchema,
        body: fileAmendmentRequestSchema,
        response: { 201: amendmentRequestSchema },
      },
    },
    async ({ params, body, caller }, reply) =>
      reply.status(201).send(await fileAmendmentRequest(clinical, caller.actor, params.id, body)),
  );
  server.post(
    '/v1/patients/:id/amendment-requests/:partId/extend',
    {
      schema: {
        tags,
        summary: 'Extend the time to answer, once',
        params: placeSchema,
        body: extendRequestSchema,
        response: { 200: amendmentRequestSchema },
      },
    },
    ({ params, body, caller }) =>
      extendAmendmentRequest(clinical, caller.actor, placeOf(params), body),
  );
  server.post(
    '/v1/patients/:id/amendment-requests/:partId/answer',
    {
      schema: {
        tags,
        summary: 'Say that the amendment was made, or deny it with a ground of the law',
        params: placeSchema,
        body: answerAmendmentRequestSchema,
        response: { 200: amendmentRequestSchema },
      },
    },
    ({ params, body, caller }) =>
      answerAmendmentRequest(clinical, caller.actor, placeOf(params), body),
  );
  server.post(
    '/v1/patients/:id/amendment-requests/:partId/disagreement',
    {
      schema: {
        tags,
        summary: 'Add the statement of disagreement with a denial',
        params: placeSchema,
        body: statementSchema,
        response: { 200: amendmentRequestSchema },
      },
    },
    ({ params, body, caller }) => disagreeWithDenial(clinical, caller.actor, placeOf(params), body),
  );
  server.post(
    '/v1/patients/:id/amendment-requests/:partId/rebuttal',
    {
      schema: {
        tags,
        summary: 'Add the rebuttal of a disagreement',
        params: placeSchema,
        body: statementSchema,
        response: { 200: amendmentRequestSchema },
      },
    },
    ({ params, body, caller }) => rebutDisagreement(clinical, caller.actor, placeOf(params), body),
  );
  server.post(
    '/v1/patients/:id/amendment-requests/:partId/withdraw',
    {
      schema: {
        tags,
        summary: 'Withdraw a request to amend',
        params: placeSchema,
        response: { 200: amendmentRequestSchema },
      },
    },
    ({ params, caller }) => withdrawAmendmentRequest(clinical, caller.actor, placeOf(params)),
  );
};
