import {
  listSecurityAlerts,
  listSecurityAlertsSchema,
  resolveSecurityAlert,
  resolveSecurityAlertSchema,
  securityAlertSchema,
  takeSecurityAlert,
} from '@holovitals/compliance';
import { z } from 'zod';
import type { Routes } from '../routes.ts';

const tags = ['alerts'];
const params = z.strictObject({ id: z.uuid() });
const config = { access: 'person' } as const;
const response = { 200: securityAlertSchema };

/** Suspicious acts that detectors found in the trail, and what officers make of them. */
export const alertRoutes: Routes = (server, { clinical }) => {
  server.get(
    '/v1/security-alerts',
    {
      schema: {
        tags,
        summary: 'Alerts of the organisation, newest first, but for those about the caller',
        querystring: listSecurityAlertsSchema,
        response: {
          200: z.object({ items: z.array(securityAlertSchema), next: z.string().nullable() }),
        },
      },
    },
    async ({ query, caller }) => {
      const { items, next } = await listSecurityAlerts(clinical, caller.actor, query);
      return { items: [...items], next };
    },
  );
  server.post(
    '/v1/security-alerts/:id/take',
    { config, schema: { tags, summary: 'Take up an alert', params, response } },
    ({ params: { id }, caller }) => takeSecurityAlert(clinical, caller.actor, id),
  );
  server.post(
    '/v1/security-alerts/:id/resolution',
    {
      config,
      schema: {
        tags,
        summary: 'Record what an alert was found to be',
        params,
        body: resolveSecurityAlertSchema,
        response,
      },
    },
    ({ params: { id }, body, caller }) => resolveSecurityAlert(clinical, caller.actor, id, body),
  );
};
