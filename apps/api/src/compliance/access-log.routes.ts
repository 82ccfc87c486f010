import {
  accessSchema,
  listAccessesSchema,
  listAuditEvents,
  listAuditEventsSchema,
  listRecordAccesses,
} from '@holovitals/compliance';
import { z } from 'zod';
import type { Routes } from '../routes.ts';

const pageSchema = z.object({ items: z.array(accessSchema), next: z.string().nullable() });

/** Who did what with whose record. */
export const accessLogRoutes: Routes = (server, { clinical }) => {
  server.get(
    '/v1/patients/:id/accesses',
    {
      schema: {
        tags: ['audit'],
        summary: 'Who saw or changed the record, newest first',
        params: z.strictObject({ id: z.uuid() }),
        querystring: listAccessesSchema,
        response: { 200: pageSchema },
      },
    },
    async ({ params, query, caller }) => {
      const { items, next } = await listRecordAccesses(clinical, caller.actor, params.id, query);
      return { items: [...items], next };
    },
  );
  server.get(
    '/v1/audit/events',
    {
      schema: {
        tags: ['audit'],
        summary: 'The audit trail of the organisation, newest first',
        querystring: listAuditEventsSchema,
        response: { 200: pageSchema },
      },
    },
    async ({ query, caller }) => {
      const { items, next } = await listAuditEvents(clinical, caller.actor, query);
      return { items: [...items], next };
    },
  );
};
