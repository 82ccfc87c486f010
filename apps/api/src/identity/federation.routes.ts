import {
  beginFederatedLogin,
  beginFederatedLoginSchema,
  finishFederatedLogin,
  beginProviderStepUp,
  beginProviderStepUpSchema,
  finishFlowSchema,
  finishProviderStepUp,
  logoutFromProvider,
  logoutFromProviderSchema,
  getProvider,
  removeProvider,
  setProvider,
  setProviderSchema,
  type BegunFlow,
  type IdentityContext,
} from '@holovitals/identity';
import { z } from 'zod';
import type { Routes, Server } from '../routes.ts';
import { sessionSchema, toJson } from './session-answer.ts';

const FORM_LIMIT = 16_384;
const tags = ['authentication'];
const organizationSchema = z.strictObject({ id: z.uuid() });
const providerSchema = z.object({
  issuer: z.string(),
  clientId: z.string(),
  hasSecret: z.boolean(),
});

const flowSchema = z.object({
  authorizationUrl: z.string().describe('Where the browser goes next.'),
  flow: z.string().describe('Keep it in this browser, and send it to finish.'),
  expiresAt: z.iso.datetime(),
});

/** Log-in with an organisation's identity provider (OpenID Connect), and which that is. */
export const federationRoutes: Routes = (server, { identity }) => {
  const open = { config: { access: 'public' as const } };
  const person = { config: { access: 'person' as const } };

  server.post(
    '/v1/auth/openid',
    {
      ...open,
      schema: {
        tags,
        summary: 'Begin a log-in with the identity provider of an organisation',
        body: beginFederatedLoginSchema,
        response: {
          200: flowSchema,
        },
      },
    },
    async ({ body, caller }) => flowToJson(await beginFederatedLogin(identity, caller.actor, body)),
  );
  server.post(
    '/v1/auth/openid/finish',
    {
      ...open,
      schema: {
        tags,
        summary: 'End the log-in with what the provider sent the browser back with',
        body: finishFlowSchema,
        response: {
          200: sessionSchema.extend({
            factors: z
              .array(z.enum(['TOTP', 'SMS', 'EMAIL', 'WEBAUTHN', 'RECOVERY_CODE']))
              .describe('Second factors of which one must be shown next; empty: none.'),
            logoutUrl: z
              .string()
              .nullable()
              .describe('Where the session at the provider is ended, after this one.'),
          }),
        },
      },
    },
    async ({ body, caller }) => {
      const { factors, logoutUrl, ...session } = await finishFederatedLogin(
        identity,
        caller.actor,
        body,
      );
      return { ...toJson(session), factors: [...factors], logoutUrl };
    },
  );
  void server.register((scope, _options, done) => {
    addLogoutOfProvider(scope.withTypeProvider(), identity);
    done();
  });
  server.post(
    '/v1/auth/step-up/openid',
    {
      ...person,
      schema: {
        tags,
        summary: 'Begin a fresh proof of identity at the provider that the caller logs in with',
        body: beginProviderStepUpSchema,
        response: { 200: flowSchema },
      },
    },
    async ({ body, caller }) => flowToJson(await beginProviderStepUp(identity, caller.actor, body)),
  );
  server.post(
    '/v1/auth/step-up/openid/finish',
    {
      ...person,
      schema: {
        tags,
        summary: 'End the fresh proof with what the provider sent the browser back with',
        body: finishFlowSchema,
        response: { 200: z.object({ until: z.iso.datetime() }) },
      },
    },
    async ({ body, caller }) => {
      const { until } = await finishProviderStepUp(identity, caller.actor, body);
      return { until: until.toISOString() };
    },
  );
  server.get(
    '/v1/organizations/:id/identity-provider',
    {
      ...person,
      schema: {
        tags: ['organizations'],
        summary: 'The identity provider of an organisation, without its secret',
        params: organizationSchema,
        response: { 200: providerSchema },
      },
    },
    async ({ params, caller }) => await getProvider(identity, caller.actor, params.id),
  );
  server.put(
    '/v1/organizations/:id/identity-provider',
    {
      ...person,
      schema: {
        tags: ['organizations'],
        summary: 'Set the identity provider of an organisation; it is asked who it is',
        params: organizationSchema,
        body: setProviderSchema,
        response: { 200: providerSchema },
      },
    },
    async ({ params, body, caller }) => await setProvider(identity, caller.actor, params.id, body),
  );
  server.delete(
    '/v1/organizations/:id/identity-provider',
    {
      ...person,
      schema: {
        tags: ['organizations'],
        summary: 'Take the identity provider of an organisation away',
        params: organizationSchema,
        response: { 200: z.object({ done: z.literal(true) }) },
      },
    },
    async ({ params, caller }) => {
      await removeProvider(identity, caller.actor, params.id);
      return { done: true as const };
    },
  );
};

/** The standard has providers send a form; no other route reads one. */
function addLogoutOfProvider(server: Server, identity: IdentityContext): void {
  server.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: FORM_LIMIT },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  );
  server.post(
    '/v1/auth/openid/logout',
    {
      config: { access: 'public' },
      schema: {
        tags,
        summary: 'End the sessions of a person, told by their provider (back-channel logout)',
        consumes: ['application/x-www-form-urlencoded'],
        body: logoutFromProviderSchema,
        response: { 200: z.object({ done: z.literal(true) }) },
      },
    },
    async ({ body, caller }) => {
      await logoutFromProvider(identity, caller.actor, body);
      return { done: true as const };
    },
  );
}

function flowToJson({ expiresAt, ...begun }: BegunFlow) {
  return { ...begun, expiresAt: expiresAt.toISOString() };
}
