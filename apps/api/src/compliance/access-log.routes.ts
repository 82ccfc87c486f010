import {
  accessSchema,
  auditEventSchema,
  auditFiltersSchema,
  exportAuditEvents,
  listAccessesSchema,
  listAuditEvents,
  listAuditEventsSchema,
  listRecordAccesses,
} from '@holovitals/compliance';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { formatRefused } from '../errors.ts';
import type { Routes } from '../routes.ts';

const accessPageSchema = z.object({ items: z.array(accessSchema), next: z.string().nullable() });
const eventPageSchema = z.object({
  items: z.array(auditEventSchema),
  next: z.string().nullable(),
});

/** What an export can be had as, the first one where nothing is asked for. */
const EXPORT_FORMATS = { 'text/csv': 'csv', 'application/fhir+json': 'fhir' } as const;
const EXPORT_TYPES = ['text/csv', 'application/fhir+json'] as const;

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
        response: { 200: accessPageSchema },
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
        response: { 200: eventPageSchema },
      },
    },
    async ({ query, caller }) => {
      const { items, next } = await listAuditEvents(clinical, caller.actor, query);
      return { items: [...items], next };
    },
  );
  server.get(
    '/v1/audit/export',
    {
      schema: {
        tags: ['audit'],
        summary: 'The same as a file: CSV, or a Bundle of FHIR AuditEvents, as `Accept` asks',
        querystring: auditFiltersSchema,
        response: {
          200: {
            description: 'Every row that is asked for, newest first.',
            content: {
              'text/csv': { schema: z.string() },
              'application/fhir+json': { schema: z.looseObject({}) },
            },
          },
        },
      },
    },
    async (request, reply) => {
      const type = EXPORT_TYPES.find((one) => one === request.accepts().type([...EXPORT_TYPES]));
      if (type === undefined) throw formatRefused(EXPORT_TYPES);
      const { query, caller } = request;
      const pieces = exportAuditEvents(clinical, caller.actor, EXPORT_FORMATS[type], query);
      // What refuses the export is told before anything of it is sent.
      const first = await pieces.next();
      const body = Readable.from(withFirst(first, pieces), { objectMode: false });
      return reply
        .type(type === 'text/csv' ? 'text/csv; charset=utf-8; header=present' : type)
        .header('content-disposition', 'attachment')
        .send(body as never);
    },
  );
};

async function* withFirst(
  first: IteratorResult<string, void>,
  rest: AsyncGenerator<string, void>,
): AsyncGenerator<string, void> {
  try {
    if (first.done !== true) yield first.value;
    yield* rest;
  } finally {
    await rest.return();
  }
}
