import {
  agreementSchema,
  assignTraining,
  assignTrainingSchema,
  completeTraining,
  completeTrainingSchema,
  listAgreements,
  listAgreementsSchema,
  listTraining,
  listTrainingSchema,
  recordAgreement,
  recordAgreementSchema,
  terminateAgreement,
  terminateAgreementSchema,
  trainingSchema,
} from '@holovitals/compliance';
import { z } from 'zod';
import type { Routes } from '../routes.ts';

const idSchema = z.strictObject({ id: z.uuid() });
const next = z.string().nullable();

/** What rights depend on beside roles: training of people, agreements between organisations. */
export const workforceRoutes: Routes = (server, { clinical }) => {
  server.get(
    '/v1/trainings',
    {
      config: { access: 'person' },
      schema: {
        tags: ['training'],
        summary: 'Trainings: of the organisation’s people for who manages them, else the own',
        querystring: listTrainingSchema,
        response: { 200: z.object({ items: z.array(trainingSchema), next }) },
      },
    },
    async ({ query, caller }) => {
      const page = await listTraining(clinical, caller.actor, query);
      return { ...page, items: [...page.items] };
    },
  );
  server.post(
    '/v1/trainings',
    {
      config: { access: 'person' },
      schema: {
        tags: ['training'],
        summary: 'Assign a training; past its due day it closes the rights to records of others',
        body: assignTrainingSchema,
        response: { 201: trainingSchema },
      },
    },
    async ({ body, caller }, reply) =>
      reply.status(201).send(await assignTraining(clinical, caller.actor, body)),
  );
  server.post(
    '/v1/trainings/:id/complete',
    {
      config: { access: 'person' },
      schema: {
        tags: ['training'],
        summary: 'Record that somebody completed a training',
        params: idSchema,
        body: completeTrainingSchema,
        response: { 200: trainingSchema },
      },
    },
    ({ params, body, caller }) => completeTraining(clinical, caller.actor, params.id, body),
  );
  server.get(
    '/v1/agreements',
    {
      config: { access: 'person' },
      schema: {
        tags: ['agreements'],
        summary: 'Agreements that the organisation is a party to, newest first',
        querystring: listAgreementsSchema,
        response: { 200: z.object({ items: z.array(agreementSchema), next }) },
      },
    },
    async ({ query, caller }) => {
      const page = await listAgreements(clinical, caller.actor, query);
      return { ...page, items: [...page.items] };
    },
  );
  server.post(
    '/v1/agreements',
    {
      config: { access: 'person' },
      schema: {
        tags: ['agreements'],
        summary: 'Record an agreement of the organisation',
        body: recordAgreementSchema,
        response: { 201: agreementSchema },
      },
    },
    async ({ body, caller }, reply) =>
      reply.status(201).send(await recordAgreement(clinical, caller.actor, body)),
  );
  server.post(
    '/v1/agreements/:id/terminate',
    {
      config: { access: 'person' },
      schema: {
        tags: ['agreements'],
        summary: 'Terminate an agreement of the organisation, now',
        params: idSchema,
        body: terminateAgreementSchema,
        response: { 200: agreementSchema },
      },
    },
    ({ params, body, caller }) => terminateAgreement(clinical, caller.actor, params.id, body),
  );
};
