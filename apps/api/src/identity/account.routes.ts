import {
  beginPasskey,
  changePassword,
  changePasswordSchema,
  confirmEmail,
  confirmSms,
  confirmTotp,
  createApiKey,
  createApiKeySchema,
  enrolEmail,
  enrolSms,
  enrolSmsSchema,
  enrolTotp,
  invite,
  inviteSchema,
  listApiKeys,
  listFactors,
  listSessions,
  registerPasskey,
  registerPasskeySchema,
  removeFactor,
  renameFactor,
  renameFactorSchema,
  renewRecoveryCodes,
  revokeApiKey,
  reinstateAccount,
  revokeSession,
  suspendAccount,
  suspensionSchema,
} from '@holovitals/identity';
import { z } from 'zod';
import type { Routes } from '../routes.ts';

const tags = ['account'];
const doneSchema = z.object({ done: z.literal(true) });
const idSchema = z.strictObject({ id: z.uuid() });
const instant = z.iso.datetime();
const DONE = { done: true } as const;

const sessionSchema = z.object({
  id: z.uuid(),
  ip: z.string().nullable(),
  userAgent: z.string().nullable(),
  createdAt: instant,
  lastSeenAt: instant,
  isCurrent: z.boolean(),
});
const factorSchema = z.object({
  id: z.uuid(),
  method: z.enum(['TOTP', 'SMS', 'EMAIL', 'WEBAUTHN', 'RECOVERY_CODE']),
  label: z.string().nullable(),
  verifiedAt: instant.nullable(),
  lastUsedAt: instant.nullable(),
  createdAt: instant,
});
const apiKeySchema = z.object({
  id: z.uuid(),
  name: z.string(),
  keyPrefix: z.string().nullable(),
  scopes: z.array(z.string()),
  allowedIpRanges: z.array(z.string()),
  expiresAt: instant,
  lastUsedAt: instant.nullable(),
  createdAt: instant,
});
const codeSchema = z.strictObject({ code: z.string().regex(/^\d{6}$/) });
/** PublicKeyCredentialCreationOptionsJSON, as far as it is used (WebAuthn level 3, 5.4). */
const creationOptionsSchema = z.object({
  rp: z.object({ id: z.string(), name: z.string() }),
  user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
  challenge: z.string(),
  pubKeyCredParams: z.array(z.object({ type: z.literal('public-key'), alg: z.int() })),
  timeout: z.int().describe('Milliseconds.'),
  excludeCredentials: z.array(z.object({ type: z.literal('public-key'), id: z.string() })),
  authenticatorSelection: z.object({
    residentKey: z.literal('required'),
    requireResidentKey: z.literal(true),
    userVerification: z.literal('required'),
  }),
  attestation: z.literal('none'),
});
const recoveryCodesSchema = z.object({ recoveryCodes: z.array(z.string()) });

/** A person's own account: sessions, password, second factors, keys; and inviting others. */
export const accountRoutes: Routes = (server, { identity }) => {
  const seeing = {
    config: { access: 'person' as const, mends: ['factor', 'password', 'enrolment'] as const },
  };
  const changing = { config: { access: 'person' as const, mends: ['password'] as const } };
  const enrolling = { config: { access: 'person' as const, mends: ['enrolment'] as const } };
  const person = { config: { access: 'person' as const } };

  server.get(
    '/v1/me',
    {
      ...seeing,
      schema: {
        tags,
        summary: 'Who the session stands for, and what it lacks',
        response: {
          200: z.object({
            userId: z.uuid().nullable(),
            email: z.string().nullable(),
            displayName: z.string().nullable(),
            role: z.string().nullable(),
            organizationId: z.uuid().nullable(),
            mfa: z.boolean(),
            stepUp: z.boolean(),
            lacks: z.enum(['factor', 'enrolment', 'password']).nullable(),
          }),
        },
      },
    },
    ({ caller: { actor, ...person } }) => {
      const { userId, organizationId, mfa, stepUp } = actor;
      return { userId, organizationId, mfa, stepUp, ...person };
    },
  );
  server.get(
    '/v1/me/sessions',
    {
      ...person,
      schema: {
        tags,
        summary: 'Open sessions, newest first',
        response: { 200: z.object({ items: z.array(sessionSchema) }) },
      },
    },
    async ({ caller }) => ({ items: (await listSessions(identity, caller.actor)).map(toJson) }),
  );
  server.delete(
    '/v1/me/sessions/:id',
    {
      ...person,
      schema: { tags, summary: 'End a session', params: idSchema, response: { 200: doneSchema } },
    },
    async ({ params, caller }) => {
      await revokeSession(identity, caller.actor, params.id);
      return DONE;
    },
  );
  server.post(
    '/v1/me/password',
    {
      ...changing,
      schema: {
        tags,
        summary: 'Change the password; every other session ends',
        body: changePasswordSchema,
        response: { 200: doneSchema },
      },
    },
    async ({ body, caller }) => {
      await changePassword(identity, caller.actor, body);
      return DONE;
    },
  );
  server.get(
    '/v1/me/factors',
    {
      ...person,
      schema: {
        tags,
        summary: 'Second factors, oldest first',
        response: { 200: z.object({ items: z.array(factorSchema) }) },
      },
    },
    async ({ caller }) => ({ items: (await listFactors(identity, caller.actor)).map(toJson) }),
  );
  server.post(
    '/v1/me/factors/totp',
    {
      ...enrolling,
      schema: {
        tags,
        summary: 'Begin to enrol an authenticator app',
        body: z.strictObject({ label: z.string().trim().min(1).max(100).nullable().default(null) }),
        response: { 200: z.object({ secret: z.string(), uri: z.string() }) },
      },
    },
    async ({ body, caller }) => await enrolTotp(identity, caller.actor, body.label),
  );
  server.post(
    '/v1/me/factors/totp/confirm',
    {
      ...enrolling,
      schema: {
        tags,
        summary: 'End the enrolment with the first code; recovery codes are shown once',
        body: codeSchema,
        response: { 200: recoveryCodesSchema },
      },
    },
    async ({ body, caller }) => {
      const { recoveryCodes } = await confirmTotp(identity, caller.actor, body.code);
      return { recoveryCodes: [...recoveryCodes] };
    },
  );
  server.post(
    '/v1/me/factors/email',
    {
      ...enrolling,
      schema: {
        tags,
        summary: 'Begin to enrol e-mail; a code is sent',
        response: { 202: z.object({ accepted: z.literal(true) }) },
      },
    },
    async ({ caller }, reply) => {
      await enrolEmail(identity, caller.actor);
      return reply.status(202).send({ accepted: true as const });
    },
  );
  server.post(
    '/v1/me/factors/email/confirm',
    {
      ...enrolling,
      schema: {
        tags,
        summary: 'End the enrolment of e-mail with the code',
        body: codeSchema,
        response: { 200: recoveryCodesSchema },
      },
    },
    async ({ body, caller }) => {
      const { recoveryCodes } = await confirmEmail(identity, caller.actor, body.code);
      return { recoveryCodes: [...recoveryCodes] };
    },
  );
  server.post(
    '/v1/me/factors/sms',
    {
      ...enrolling,
      schema: {
        tags,
        summary: 'Begin to enrol a telephone; a code is texted',
        body: enrolSmsSchema,
        response: { 202: z.object({ accepted: z.literal(true) }) },
      },
    },
    async ({ body, caller }, reply) => {
      await enrolSms(identity, caller.actor, body);
      return reply.status(202).send({ accepted: true as const });
    },
  );
  server.post(
    '/v1/me/factors/sms/confirm',
    {
      ...enrolling,
      schema: {
        tags,
        summary: 'End the enrolment of a telephone with the code',
        body: codeSchema,
        response: { 200: recoveryCodesSchema },
      },
    },
    async ({ body, caller }) => {
      const { recoveryCodes } = await confirmSms(identity, caller.actor, body.code);
      return { recoveryCodes: [...recoveryCodes] };
    },
  );
  server.post(
    '/v1/me/factors/recovery-codes',
    {
      ...person,
      schema: {
        tags,
        summary: 'Make new recovery codes in place of the old ones',
        response: { 200: recoveryCodesSchema },
      },
    },
    async ({ caller }) => {
      const { recoveryCodes } = await renewRecoveryCodes(identity, caller.actor);
      return { recoveryCodes: [...recoveryCodes] };
    },
  );
  server.post(
    '/v1/me/passkeys/options',
    {
      ...enrolling,
      schema: {
        tags,
        summary: 'Begin to enrol a passkey: what navigator.credentials.create() is called with',
        response: { 200: creationOptionsSchema },
      },
    },
    async ({ caller }) => creationOptionsSchema.parse(await beginPasskey(identity, caller.actor)),
  );
  server.post(
    '/v1/me/passkeys',
    {
      ...enrolling,
      schema: {
        tags,
        summary: 'End the enrolment of a passkey; recovery codes are shown once',
        body: registerPasskeySchema,
        response: { 201: recoveryCodesSchema.extend({ id: z.uuid() }) },
      },
    },
    async ({ body, caller }, reply) => {
      const { id, recoveryCodes } = await registerPasskey(identity, caller.actor, body);
      return reply.status(201).send({ id, recoveryCodes: [...recoveryCodes] });
    },
  );
  server.patch(
    '/v1/me/factors/:id',
    {
      ...person,
      schema: {
        tags,
        summary: 'Name a second factor',
        params: idSchema,
        body: renameFactorSchema,
        response: { 200: doneSchema },
      },
    },
    async ({ params, body, caller }) => {
      await renameFactor(identity, caller.actor, params.id, body);
      return DONE;
    },
  );
  server.delete(
    '/v1/me/factors/:id',
    {
      ...person,
      schema: {
        tags,
        summary: 'Disable a second factor',
        params: idSchema,
        response: { 200: doneSchema },
      },
    },
    async ({ params, caller }) => {
      await removeFactor(identity, caller.actor, params.id);
      return DONE;
    },
  );
  server.get(
    '/v1/me/api-keys',
    {
      ...person,
      schema: {
        tags,
        summary: 'Keys for machines, newest first',
        response: { 200: z.object({ items: z.array(apiKeySchema) }) },
      },
    },
    async ({ caller }) => ({
      items: (await listApiKeys(identity, caller.actor)).map((key) => ({
        ...toJson(key),
        scopes: [...key.scopes],
        allowedIpRanges: [...key.allowedIpRanges],
      })),
    }),
  );
  server.post(
    '/v1/me/api-keys',
    {
      ...person,
      schema: {
        tags,
        summary: 'Make a key for a machine; it is shown once',
        body: createApiKeySchema,
        response: { 201: z.object({ id: z.uuid(), key: z.string(), expiresAt: instant }) },
      },
    },
    async ({ body, caller }, reply) =>
      reply.status(201).send(toJson(await createApiKey(identity, caller.actor, body))),
  );
  server.delete(
    '/v1/me/api-keys/:id',
    {
      ...person,
      schema: { tags, summary: 'End a key', params: idSchema, response: { 200: doneSchema } },
    },
    async ({ params, caller }) => {
      await revokeApiKey(identity, caller.actor, params.id);
      return DONE;
    },
  );
  server.post(
    '/v1/users/invitations',
    {
      ...person,
      schema: {
        tags: ['users'],
        summary: 'Invite a person, with a role',
        body: inviteSchema,
        response: { 202: z.object({ accepted: z.literal(true) }) },
      },
    },
    async ({ body, caller }, reply) => {
      await invite(identity, caller.actor, body);
      return reply.status(202).send({ accepted: true as const });
    },
  );
  server.post(
    '/v1/users/:id/suspend',
    {
      ...person,
      schema: {
        tags: ['users'],
        summary: 'Suspend an account: its sessions and keys end at once',
        params: idSchema,
        body: suspensionSchema,
        response: { 200: doneSchema },
      },
    },
    async ({ params, body, caller }) => {
      await suspendAccount(identity, caller.actor, params.id, body);
      return DONE;
    },
  );
  server.post(
    '/v1/users/:id/reinstate',
    {
      ...person,
      schema: {
        tags: ['users'],
        summary: 'Reinstate a suspended account',
        params: idSchema,
        body: suspensionSchema,
        response: { 200: doneSchema },
      },
    },
    async ({ params, body, caller }) => {
      await reinstateAccount(identity, caller.actor, params.id, body);
      return DONE;
    },
  );
};

/** Instants as ISO 8601 text. */
function toJson<Row extends object>(row: Row): { [Key in keyof Row]: Jsoned<Row[Key]> } {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [
      key,
      value instanceof Date ? value.toISOString() : (value as unknown),
    ]),
  ) as { [Key in keyof Row]: Jsoned<Row[Key]> };
}

type Jsoned<Value> = Value extends Date ? string : Value;
