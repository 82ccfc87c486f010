import {
  assessBreach,
  assessBreachSchema,
  breachSchema,
  changeBreach,
  changeBreachSchema,
  closeBreach,
  closeBreachSchema,
  decideBreach,
  decideBreachSchema,
  delayNotices,
  delayNoticesSchema,
  listBreaches,
  listBreachesSchema,
  openBreach,
  openBreachSchema,
  readBreach,
} from '@holovitals/compliance';
import { z } from 'zod';
import type { Routes } from '../routes.ts';

const tags = ['breaches'];
const params = z.strictObject({ id: z.uuid() });
const config = { access: 'person' } as const;
const response = { 200: breachSchema };

/** Incidents, what they are found to be, and when notices of them are due. */
export const breachRoutes: Routes = (server, { clinical }) => {
  server.post(
    '/v1/breaches',
    {
      config,
      schema: {
        tags,
        summary: 'Open an incident that may be a breach',
        body: openBreachSchema,
        response: { 201: breachSchema },
      },
    },
    async ({ body, caller }, reply) =>
      reply.status(201).send(await openBreach(clinical, caller.actor, body)),
  );
  server.get(
    '/v1/breaches',
    {
      config,
      schema: {
        tags,
        summary: 'Incidents of the organisation, newest first',
        querystring: listBreachesSchema,
        response: { 200: z.object({ items: z.array(breachSchema), next: z.string().nullable() }) },
      },
    },
    async ({ query, caller }) => {
      const { items, next } = await listBreaches(clinical, caller.actor, query);
      return { items: [...items], next };
    },
  );
  server.get(
    '/v1/breaches/:id',
    { config, schema: { tags, summary: 'One incident, with its due days', params, response } },
    ({ params: { id }, caller }) => readBreach(clinical, caller.actor, id),
  );
  server.patch(
    '/v1/breaches/:id',
    {
      config,
      schema: {
        tags,
        summary: 'Correct or complete the facts of an incident, with a reason',
        params,
        body: changeBreachSchema,
        response,
      },
    },
    ({ params: { id }, body, caller }) => changeBreach(clinical, caller.actor, id, body),
  );
  server.post(
    '/v1/breaches/:id/assessment',
    {
      config,
      schema: {
        tags,
        summary: 'Record what is found of the four factors',
        params,
        body: assessBreachSchema,
        response,
      },
    },
    ({ params: { id }, body, caller }) => assessBreach(clinical, caller.actor, id, body),
  );
  server.post(
    '/v1/breaches/:id/decision',
    {
      config,
      schema: {
        tags,
        summary: 'Decide whether it is a breach, until the first notice is sent',
        params,
        body: decideBreachSchema,
        response,
      },
    },
    ({ params: { id }, body, caller }) => decideBreach(clinical, caller.actor, id, body),
  );
  server.post(
    '/v1/breaches/:id/delay',
    {
      config,
      schema: {
        tags,
        summary: 'Delay the notices as law enforcement stated, in writing or orally',
        params,
        body: delayNoticesSchema,
        response,
      },
    },
    ({ params: { id }, body, caller }) => delayNotices(clinical, caller.actor, id, body),
  );
  server.post(
    '/v1/breaches/:id/close',
    {
      config,
      schema: {
        tags,
        summary: 'Close an incident of which no notice is owed any more',
        params,
        body: closeBreachSchema,
        response,
      },
    },
    ({ params: { id }, body, caller }) => closeBreach(clinical, caller.actor, id, body),
  );
};
