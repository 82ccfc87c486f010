import {
  addIndividuals,
  addIndividualsSchema,
  addNotice,
  addNoticeSchema,
  breachDutySchema,
  breachNoticeSchema,
  listDuties,
  listNotices,
  listNoticesSchema,
  recordReturned,
  recordReturnedSchema,
  recordSent,
  recordSentSchema,
  recordSubstitute,
  recordSubstituteSchema,
} from '@holovitals/compliance';
import { BreachStatus } from '@holovitals/database';
import { z } from 'zod';
import type { Routes } from '../routes.ts';

const tags = ['breaches'];
const params = z.strictObject({ id: z.uuid() });
const config = { access: 'person' } as const;
const recorded = { 200: z.object({ recorded: z.int(), status: z.enum(BreachStatus) }) };

/** Whom an incident hit, and what they and others are told of it. */
export const breachNoticeRoutes: Routes = (server, { clinical }) => {
  server.post(
    '/v1/breaches/:id/individuals',
    {
      config,
      schema: {
        tags,
        summary: 'List individuals who are affected',
        params,
        body: addIndividualsSchema,
        response: { 200: z.object({ added: z.int(), listed: z.int() }) },
      },
    },
    ({ params: { id }, body, caller }) => addIndividuals(clinical, caller.actor, id, body),
  );
  server.get(
    '/v1/breaches/:id/duties',
    {
      config,
      schema: {
        tags,
        summary: 'The notices that the law asks for, and whether they were given',
        params,
        response: { 200: z.object({ items: z.array(breachDutySchema) }) },
      },
    },
    async ({ params: { id }, caller }) => ({
      items: [...(await listDuties(clinical, caller.actor, id))],
    }),
  );
  server.get(
    '/v1/breaches/:id/notices',
    {
      config,
      schema: {
        tags,
        summary: 'Notices of an incident, in the order they were added',
        params,
        querystring: listNoticesSchema,
        response: {
          200: z.object({ items: z.array(breachNoticeSchema), next: z.string().nullable() }),
        },
      },
    },
    async ({ params: { id }, query, caller }) => {
      const { items, next } = await listNotices(clinical, caller.actor, id, query);
      return { items: [...items], next };
    },
  );
  server.post(
    '/v1/breaches/:id/notices',
    {
      config,
      schema: {
        tags,
        summary: 'Plan a notice to media, an authority or the covered entity',
        params,
        body: addNoticeSchema,
        response: { 201: breachNoticeSchema },
      },
    },
    async ({ params: { id }, body, caller }, reply) =>
      reply.status(201).send(await addNotice(clinical, caller.actor, id, body)),
  );
  server.post(
    '/v1/breaches/:id/notices/sent',
    {
      config,
      schema: {
        tags,
        summary: 'Record notices as sent, with what they said',
        params,
        body: recordSentSchema,
        response: recorded,
      },
    },
    ({ params: { id }, body, caller }) => recordSent(clinical, caller.actor, id, body),
  );
  server.post(
    '/v1/breaches/:id/notices/returned',
    {
      config,
      schema: {
        tags,
        summary: 'Record notices that came back as undeliverable',
        params,
        body: recordReturnedSchema,
        response: recorded,
      },
    },
    ({ params: { id }, body, caller }) => recordReturned(clinical, caller.actor, id, body),
  );
  server.post(
    '/v1/breaches/:id/notices/substitute',
    {
      config,
      schema: {
        tags,
        summary: 'Record what took the place of notices that came back',
        params,
        body: recordSubstituteSchema,
        response: recorded,
      },
    },
    ({ params: { id }, body, caller }) => recordSubstitute(clinical, caller.actor, id, body),
  );
};
