import {
  emergencyAccessSchema,
  endEmergencyAccess,
  listEmergencyAccesses,
  listEmergencyAccessesSchema,
  reviewEmergencyAccess,
  reviewEmergencyAccessSchema,
  startEmergencyAccess,
  startEmergencyAccessSchema,
} from '@holovitals/compliance';
import { z } from 'zod';
import type { Routes } from '../routes.ts';

const tags = ['emergency'];
const idSchema = z.strictObject({ id: z.uuid() });
const NOTICE =
  'The chart is open to calls that state the reason as X-Purpose-Of-Use, until it expires. What you do stands in the audit trail; the privacy officers were told, and will review it.';

/** Breaking the glass, and its review. */
export const emergencyRoutes: Routes = (server, { clinical }) => {
  server.post(
    '/v1/patients/:id/emergency-access',
    {
      config: { access: 'person' },
      schema: {
        tags,
        summary: 'Open the chart in an emergency, for a while and under review',
        params: idSchema,
        body: startEmergencyAccessSchema,
        response: { 201: emergencyAccessSchema.extend({ notice: z.string() }) },
      },
    },
    async ({ params, body, caller }, reply) => {
      const episode = await startEmergencyAccess(clinical, caller.actor, params.id, body);
      return reply.status(201).send({ ...episode, notice: NOTICE });
    },
  );
  server.get(
    '/v1/emergency-accesses',
    {
      config: { access: 'person' },
      schema: {
        tags,
        summary:
          'Emergency accesses, newest first: those of the organisation for who reviews them, else the own',
        querystring: listEmergencyAccessesSchema,
        response: {
          200: z.object({ items: z.array(emergencyAccessSchema), next: z.string().nullable() }),
        },
      },
    },
    async ({ query, caller }) => {
      const { items, next } = await listEmergencyAccesses(clinical, caller.actor, query);
      return { items: [...items], next };
    },
  );
  server.post(
    '/v1/emergency-accesses/:id/end',
    {
      config: { access: 'person' },
      schema: {
        tags,
        summary: 'End the own emergency access before its time',
        params: idSchema,
        response: { 200: emergencyAccessSchema },
      },
    },
    ({ params, caller }) => endEmergencyAccess(clinical, caller.actor, params.id),
  );
  server.post(
    '/v1/emergency-accesses/:id/review',
    {
      config: { access: 'person' },
      schema: {
        tags,
        summary: 'Record what the review of an emergency access found',
        params: idSchema,
        body: reviewEmergencyAccessSchema,
        response: { 200: emergencyAccessSchema },
      },
    },
    ({ params, body, caller }) => reviewEmergencyAccess(clinical, caller.actor, params.id, body),
  );
};
