import {
  acceptInvitation,
  acceptInvitationSchema,
  assertionSchema,
  factorProofSchema,
  login,
  loginSchema,
  loginWithPasskey,
  logout,
  passkeyOptions,
  proveFactor,
  refreshSession,
  register,
  registerSchema,
  requestPasswordReset,
  resetPassword,
  resetPasswordSchema,
  sendFactorCode,
  stepUp,
  stepUpSchema,
  verifyEmail,
  verifyEmailSchema,
} from '@holovitals/identity';
import { z } from 'zod';
import type { Routes } from '../routes.ts';
import { sessionSchema, toJson } from './session-answer.ts';

const tags = ['authentication'];
const acceptedSchema = z.object({ accepted: z.literal(true) });
const doneSchema = z.object({ done: z.literal(true) });

const ACCEPTED = { accepted: true } as const;
const DONE = { done: true } as const;

/** Ways in and out: registration, log-in, second factor, refresh, reset, step-up. */
export const authRoutes: Routes = (server, { identity }) => {
  const open = { config: { access: 'public' as const } };
  const proving = { config: { access: 'person' as const, mends: ['factor'] as const } };
  const leaving = {
    config: { access: 'person' as const, mends: ['factor', 'password', 'enrolment'] as const },
  };

  server.post(
    '/v1/auth/register',
    {
      ...open,
      schema: {
        tags,
        summary: 'Register; the answer is the same whether or not the address is known',
        body: registerSchema,
        response: { 202: acceptedSchema },
      },
    },
    async ({ body, caller }, reply) => {
      await register(identity, caller.actor, body);
      return reply.status(202).send(ACCEPTED);
    },
  );
  server.post(
    '/v1/auth/verify-email',
    {
      ...open,
      schema: {
        tags,
        summary: 'Prove an address by the token that was sent to it, and the password',
        body: verifyEmailSchema,
        response: { 200: doneSchema },
      },
    },
    async ({ body, caller }) => {
      await verifyEmail(identity, caller.actor, body);
      return DONE;
    },
  );
  server.post(
    '/v1/auth/invitations/accept',
    {
      ...open,
      schema: {
        tags,
        summary: 'Accept an invitation with a new password',
        body: acceptInvitationSchema,
        response: { 200: doneSchema },
      },
    },
    async ({ body, caller }) => {
      await acceptInvitation(identity, caller.actor, body);
      return DONE;
    },
  );
  server.post(
    '/v1/auth/login',
    {
      ...open,
      schema: {
        tags,
        summary: 'Log in by address and password',
        body: loginSchema,
        response: {
          200: sessionSchema.extend({
            factors: z
              .array(z.enum(['TOTP', 'SMS', 'EMAIL', 'WEBAUTHN', 'RECOVERY_CODE']))
              .describe('Second factors of which one must be shown next; empty: none.'),
          }),
        },
      },
    },
    async ({ body, caller }) => {
      const { factors, ...session } = await login(identity, caller.actor, body);
      return { ...toJson(session), factors: [...factors] };
    },
  );
  server.post(
    '/v1/auth/login/factor',
    {
      ...proving,
      schema: {
        tags,
        summary: 'Show the second factor that the log-in asked for',
        body: factorProofSchema,
        response: { 200: doneSchema },
      },
    },
    async ({ body, caller }) => {
      await proveFactor(identity, caller.actor, body);
      return DONE;
    },
  );
  server.post(
    '/v1/auth/passkey/options',
    {
      ...open,
      schema: {
        tags,
        summary:
          'What navigator.credentials.get() is called with: for a log-in, a second factor, a fresh proof',
        response: {
          200: z.object({
            challenge: z.string(),
            rpId: z.string(),
            timeout: z.int().describe('Milliseconds.'),
            userVerification: z.literal('required'),
          }),
        },
      },
    },
    async () => await passkeyOptions(identity),
  );
  server.post(
    '/v1/auth/passkey',
    {
      ...open,
      schema: {
        tags,
        summary: 'Log in by a passkey; no other factor is asked for',
        body: assertionSchema,
        response: { 200: sessionSchema },
      },
    },
    async ({ body, caller }) => toJson(await loginWithPasskey(identity, caller.actor, body)),
  );
  server.post(
    '/v1/auth/factor-code',
    {
      ...proving,
      schema: {
        tags,
        summary: 'Have a code sent by e-mail, or texted',
        body: z.strictObject({ method: z.enum(['EMAIL', 'SMS']).default('EMAIL') }).nullish(),
        response: { 202: acceptedSchema },
      },
    },
    async ({ body, caller }, reply) => {
      await sendFactorCode(identity, caller.actor, body?.method ?? 'EMAIL');
      return reply.status(202).send(ACCEPTED);
    },
  );
  server.post(
    '/v1/auth/refresh',
    {
      ...open,
      schema: {
        tags,
        summary: 'Trade a refresh token for the next session; one that comes twice ends them all',
        body: z.strictObject({ refreshToken: z.string().min(1).max(200) }),
        response: { 200: sessionSchema },
      },
    },
    async ({ body, caller }) =>
      toJson(await refreshSession(identity, caller.actor, body.refreshToken)),
  );
  server.post(
    '/v1/auth/logout',
    {
      ...leaving,
      schema: { tags, summary: 'End this session', response: { 200: doneSchema } },
    },
    async ({ caller }) => {
      await logout(identity, caller.actor);
      return DONE;
    },
  );
  server.post(
    '/v1/auth/password/forgot',
    {
      ...open,
      schema: {
        tags,
        summary: 'Ask for a token to reset a password by',
        body: z.strictObject({ email: z.email().max(254) }),
        response: { 202: acceptedSchema },
      },
    },
    async ({ body, caller }, reply) => {
      await requestPasswordReset(identity, caller.actor, body.email);
      return reply.status(202).send(ACCEPTED);
    },
  );
  server.post(
    '/v1/auth/password/reset',
    {
      ...open,
      schema: {
        tags,
        summary: 'Set a new password by the token; every session ends',
        body: resetPasswordSchema,
        response: { 200: doneSchema },
      },
    },
    async ({ body, caller }) => {
      await resetPassword(identity, caller.actor, body);
      return DONE;
    },
  );
  server.post(
    '/v1/auth/step-up',
    {
      config: { access: 'person' as const },
      schema: {
        tags,
        summary: 'Give a fresh proof of identity, for sensitive acts',
        body: stepUpSchema,
        response: { 200: z.object({ until: z.iso.datetime() }) },
      },
    },
    async ({ body, caller }) => {
      const { until } = await stepUp(identity, caller.actor, body);
      return { until: until.toISOString() };
    },
  );
};
