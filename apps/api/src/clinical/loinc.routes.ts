import { loincTermSchema, searchLoinc, searchLoincSchema } from '@holovitals/clinical';
import { z } from 'zod';
import type { Routes } from '../routes.ts';

/** Search of code systems: no patient's data. */
export const loincRoutes: Routes = (server, { reads }) => {
  server.get(
    '/v1/terminology/loinc',
    {
      config: { access: 'public' },
      schema: {
        tags: ['terminology'],
        summary: 'LOINC terms by number or by words, best first',
        querystring: searchLoincSchema,
        response: {
          200: z.object({ items: z.array(loincTermSchema), next: z.string().nullable() }),
        },
      },
    },
    async ({ query }) => {
      const { items, next } = await reads.read((db) => searchLoinc(db, query));
      return { items: [...items], next };
    },
  );
};
