import {
  addRecord,
  correctionSchemaOf,
  correctRecord,
  enterInError,
  enterInErrorSchema,
  inputSchemaOf,
  listRecords,
  listRecordsSchema,
  readRecord,
  recordKinds,
  resourceSchemaOf,
  type RecordKind,
} from '@holovitals/clinical';
import type { ClinicalContext } from '@holovitals/clinical';
import { z } from 'zod';
import type { Routes, Server } from '../routes.ts';

const tags = ['record'];
const patientSchema = z.strictObject({ id: z.uuid() });
const recordSchema = patientSchema.extend({ recordId: z.uuid() });
const doneSchema = z.object({ done: z.literal(true) });
const DONE = { done: true } as const;

/** The lists of the record: each is read, added to, corrected and entered in error in one way. */
export const recordRoutes: Routes = (server, { clinical }) => {
  for (const kind of recordKinds) addRoutes(server, clinical, kind);
};

function addRoutes(server: Server, clinical: ClinicalContext, kind: RecordKind): void {
  const { list, noun } = kind;
  const address = `/v1/patients/:id/${list}`;
  const resource = resourceSchemaOf(kind);

  server.get(
    address,
    {
      schema: {
        tags,
        summary: `List of ${list}, newest first`,
        params: patientSchema,
        querystring: listRecordsSchema,
        response: { 200: z.object({ items: z.array(resource), next: z.string().nullable() }) },
      },
    },
    async ({ params, query, caller }) => {
      const { items, next } = await listRecords(clinical, caller.actor, kind, params.id, query);
      return { items: [...items], next };
    },
  );
  server.post(
    address,
    {
      schema: {
        tags,
        summary: `Add a ${noun}`,
        params: patientSchema,
        body: inputSchemaOf(kind),
        response: { 201: resource },
      },
    },
    async ({ params, body, caller }, reply) =>
      reply.status(201).send(await addRecord(clinical, caller.actor, kind, params.id, body)),
  );
  server.get(
    `${address}/:recordId`,
    {
      schema: {
        tags,
        summary: `A ${noun}, whatever became of it`,
        params: recordSchema,
        response: { 200: resource.extend({ supersededById: z.uuid().nullable() }) },
      },
    },
    async ({ params, caller }) => {
      const place = { patientId: params.id, recordId: params.recordId };
      const { record, supersededById } = await readRecord(clinical, caller.actor, kind, place);
      return { ...record, supersededById };
    },
  );
  server.post(
    `${address}/:recordId/corrections`,
    {
      schema: {
        tags,
        summary: `Correct a ${noun}: another supersedes it, and it stays as it was`,
        params: recordSchema,
        body: correctionSchemaOf(kind),
        response: { 201: resource },
      },
    },
    async ({ params, body, caller }, reply) => {
      const place = { patientId: params.id, recordId: params.recordId };
      return reply.status(201).send(await correctRecord(clinical, caller.actor, kind, place, body));
    },
  );
  server.post(
    `${address}/:recordId/entered-in-error`,
    {
      schema: {
        tags,
        summary: `Say that a ${noun} was entered in error; it stays in the history`,
        params: recordSchema,
        body: enterInErrorSchema,
        response: { 200: doneSchema },
      },
    },
    async ({ params, body, caller }) => {
      const place = { patientId: params.id, recordId: params.recordId };
      await enterInError(clinical, caller.actor, kind, place, body);
      return DONE;
    },
  );
}
