import {
  accessExplanationSchema,
  explainAccess,
  explainAccessSchema,
} from '@holovitals/compliance';
import { z } from 'zod';
import type { Routes } from '../routes.ts';

/** Why somebody may see a record. */
export const explainRoutes: Routes = (server, { clinical }) => {
  server.get(
    '/v1/patients/:id/access-explanation',
    {
      schema: {
        tags: ['audit'],
        summary: 'Why the caller, or for officers another, may reach the record or may not',
        params: z.strictObject({ id: z.uuid() }),
        querystring: explainAccessSchema,
        response: { 200: accessExplanationSchema },
      },
    },
    ({ params, query, caller }) => explainAccess(clinical, caller.actor, params.id, query),
  );
};
