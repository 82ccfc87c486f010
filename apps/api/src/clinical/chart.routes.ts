import {
  addCareTeamMember,
  addCareTeamMemberSchema,
  addIdentifier,
  addIdentifierSchema,
  addRelationship,
  addRelationshipSchema,
  careTeamMemberSchema,
  endCareTeamMember,
  endCareTeamMemberSchema,
  endIdentifier,
  identifierSchema,
  listCareTeam,
  listIdentifiers,
  listRelationships,
  readSummary,
  readTimeline,
  readTimelineSchema,
  relationshipSchema,
  revokeRelationship,
  summarySchema,
  timelineEntrySchema,
} from '@holovitals/clinical';
import { z } from 'zod';
import type { Routes } from '../routes.ts';

const tags = ['chart'];
const patientSchema = z.strictObject({ id: z.uuid() });
const partSchema = patientSchema.extend({ partId: z.uuid() });
const doneSchema = z.object({ done: z.literal(true) });
const DONE = { done: true } as const;

/** What stands around a patient: the summary, the timeline, identifiers, related persons, the care team. */
export const chartRoutes: Routes = (server, { clinical }) => {
  server.get(
    '/v1/patients/:id/summary',
    {
      // The use case builds the answer field by field; to check it again would take as long.
      serializerCompiler: () => JSON.stringify,
      schema: {
        tags,
        summary: 'What a clinician asks first, in one answer',
        params: patientSchema,
        response: { 200: summarySchema },
      },
    },
    async ({ params, caller }) =>
      (await readSummary(clinical, caller.actor, params.id)) as z.input<typeof summarySchema>,
  );
  server.get(
    '/v1/patients/:id/timeline',
    {
      schema: {
        tags,
        summary: 'What happened, over all lists, latest first',
        params: patientSchema,
        querystring: readTimelineSchema,
        response: {
          200: z.object({ items: z.array(timelineEntrySchema), next: z.string().nullable() }),
        },
      },
    },
    async ({ params, query, caller }) => {
      const { items, next } = await readTimeline(clinical, caller.actor, params.id, query);
      return { items: [...items], next };
    },
  );
  server.get(
    '/v1/patients/:id/identifiers',
    {
      schema: {
        tags,
        summary: 'Identifiers of the patient, ended ones too',
        params: patientSchema,
        response: { 200: z.object({ items: z.array(identifierSchema) }) },
      },
    },
    async ({ params, caller }) => ({
      items: await listIdentifiers(clinical, caller.actor, params.id),
    }),
  );
  server.post(
    '/v1/patients/:id/identifiers',
    {
      schema: {
        tags,
        summary: 'Add an identifier',
        params: patientSchema,
        body: addIdentifierSchema,
        response: { 201: identifierSchema },
      },
    },
    async ({ params, body, caller }, reply) =>
      reply.status(201).send(await addIdentifier(clinical, caller.actor, params.id, body)),
  );
  server.post(
    '/v1/patients/:id/identifiers/:partId/end',
    {
      schema: {
        tags,
        summary: 'End an identifier',
        params: partSchema,
        response: { 200: doneSchema },
      },
    },
    async ({ params, caller }) => {
      await endIdentifier(clinical, caller.actor, params.id, params.partId);
      return DONE;
    },
  );
  server.get(
    '/v1/patients/:id/relationships',
    {
      schema: {
        tags,
        summary: 'Parents, guardians, proxies and contacts',
        params: patientSchema,
        response: { 200: z.object({ items: z.array(relationshipSchema) }) },
      },
    },
    async ({ params, caller }) => ({
      items: await listRelationships(clinical, caller.actor, params.id),
    }),
  );
  server.post(
    '/v1/patients/:id/relationships',
    {
      schema: {
        tags,
        summary: 'Record a related person, and what this person may do',
        params: patientSchema,
        body: addRelationshipSchema,
        response: { 201: relationshipSchema },
      },
    },
    async ({ params, body, caller }, reply) =>
      reply.status(201).send(await addRelationship(clinical, caller.actor, params.id, body)),
  );
  server.post(
    '/v1/patients/:id/relationships/:partId/revoke',
    {
      schema: {
        tags,
        summary: 'End what a related person may do, at once',
        params: partSchema,
        response: { 200: doneSchema },
      },
    },
    async ({ params, caller }) => {
      await revokeRelationship(clinical, caller.actor, params.id, params.partId);
      return DONE;
    },
  );
  server.get(
    '/v1/patients/:id/care-team',
    {
      schema: {
        tags,
        summary: 'Who treats the patient, and who did',
        params: patientSchema,
        response: { 200: z.object({ items: z.array(careTeamMemberSchema) }) },
      },
    },
    async ({ params, caller }) => ({
      items: await listCareTeam(clinical, caller.actor, params.id),
    }),
  );
  server.post(
    '/v1/patients/:id/care-team',
    {
      schema: {
        tags,
        summary: 'Bring a practitioner, an account or an organisation into the care team',
        params: patientSchema,
        body: addCareTeamMemberSchema,
        response: { 201: careTeamMemberSchema },
      },
    },
    async ({ params, body, caller }, reply) =>
      reply.status(201).send(await addCareTeamMember(clinical, caller.actor, params.id, body)),
  );
  server.post(
    '/v1/patients/:id/care-team/:partId/end',
    {
      schema: {
        tags,
        summary: 'End a membership now',
        params: partSchema,
        body: endCareTeamMemberSchema,
        response: { 200: doneSchema },
      },
    },
    async ({ params, body, caller }) => {
      await endCareTeamMember(clinical, caller.actor, params.id, params.partId, body);
      return DONE;
    },
  );
};
