import {
  createPatient,
  createPatientSchema,
  foundPatientSchema,
  linkAccount,
  linkAccountSchema,
  listOwnPatients,
  mergePatients,
  mergePatientsSchema,
  ownPatientSchema,
  patientSchema,
  readPatient,
  searchPatients,
  searchPatientsSchema,
  unmergePatient,
  unmergePatientSchema,
  updatePatient,
  updatePatientSchema,
} from '@holovitals/clinical';
import { z } from 'zod';
import { etagOf, ifMatchSchema, versionOf } from '../etag.ts';
import type { Routes } from '../routes.ts';

const tags = ['patients'];
const idSchema = z.strictObject({ id: z.uuid() });
const doneSchema = z.object({ done: z.literal(true) });
const DONE = { done: true } as const;
const fieldsSchema = z.strictObject({
  fields: z
    .string()
    .max(2000)
    .optional()
    .describe('Names of the fields to show, with commas between; all where it is left out.'),
});

/** Patients: who they are, and which records are of one person. */
export const patientRoutes: Routes = (server, { clinical }) => {
  server.post(
    '/v1/patients',
    {
      schema: {
        tags,
        summary: 'Register a patient; the caller becomes the first of the care team',
        body: createPatientSchema,
        response: { 201: patientSchema },
      },
    },
    async ({ body, caller }, reply) => {
      const patient = await createPatient(clinical, caller.actor, body);
      reply
        .header('etag', etagOf(patient.version))
        .header('location', `/v1/patients/${patient.id}`);
      return reply.status(201).send(patientSchema.parse(patient));
    },
  );
  server.post(
    '/v1/patients/search',
    {
      schema: {
        tags,
        summary: 'Search patients by name, date of birth, record number or identifier',
        body: searchPatientsSchema,
        response: {
          200: z.object({ items: z.array(foundPatientSchema), next: z.uuid().nullable() }),
        },
      },
    },
    async ({ body, caller }) => {
      const { items, next } = await searchPatients(clinical, caller.actor, body);
      return { items: [...items], next };
    },
  );
  server.get(
    '/v1/me/patients',
    {
      config: { access: 'person' },
      schema: {
        tags,
        summary: 'The own record, and those of persons represented',
        response: { 200: z.object({ items: z.array(ownPatientSchema) }) },
      },
    },
    async ({ caller }) => ({ items: await listOwnPatients(clinical, caller.actor) }),
  );
  server.get(
    '/v1/patients/:id',
    {
      schema: {
        tags,
        summary: 'A patient; its ETag names the version',
        params: idSchema,
        querystring: fieldsSchema,
        response: { 200: patientSchema.partial() },
      },
    },
    async ({ params, query, caller }, reply) => {
      const { patient, version } = await readPatient(
        clinical,
        caller.actor,
        params.id,
        query.fields,
      );
      reply.header('etag', etagOf(version));
      return patient;
    },
  );
  server.patch(
    '/v1/patients/:id',
    {
      schema: {
        tags,
        summary: 'Change what is known of a patient; If-Match names the version that was read',
        params: idSchema,
        headers: ifMatchSchema,
        body: updatePatientSchema,
        response: { 200: patientSchema },
      },
    },
    async ({ params, headers, body, caller }, reply) => {
      const version = versionOf(headers['if-match']);
      const patient = await updatePatient(clinical, caller.actor, params.id, version, body);
      reply.header('etag', etagOf(patient.version));
      return patientSchema.parse(patient);
    },
  );
  server.post(
    '/v1/patients/:id/merge',
    {
      schema: {
        tags,
        summary: 'Link the record of one person to another one, which stays',
        params: idSchema,
        body: mergePatientsSchema,
        response: { 200: doneSchema },
      },
    },
    async ({ params, body, caller }) => {
      await mergePatients(clinical, caller.actor, params.id, body);
      return DONE;
    },
  );
  server.post(
    '/v1/patients/:id/unmerge',
    {
      schema: {
        tags,
        summary: 'Undo a merge',
        params: idSchema,
        body: unmergePatientSchema,
        response: { 200: doneSchema },
      },
    },
    async ({ params, body, caller }) => {
      await unmergePatient(clinical, caller.actor, params.id, body);
      return DONE;
    },
  );
  server.post(
    '/v1/patients/:id/account',
    {
      schema: {
        tags,
        summary: 'Give the record to the patient’s own account',
        params: idSchema,
        body: linkAccountSchema,
        response: { 200: doneSchema },
      },
    },
    async ({ params, body, caller }) => {
      await linkAccount(clinical, caller.actor, params.id, body);
      return DONE;
    },
  );
};
