import { findOpenEmergencyAccess } from '@holovitals/compliance';
import { anonymous, PurposeOfUse, type Actor, type CallFacts } from '@holovitals/database';
import {
  authenticate,
  authenticateKey,
  type IdentityContext,
  type SessionLack,
} from '@holovitals/identity';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { callerMissing, emergencyNotOpen, purposeInvalid, sessionIncomplete } from '../errors.ts';
import type { Server } from '../routes.ts';

/**
 * Who may call a route: `public` anybody, `person` a session, `any` that or a key. Routes that say
 * nothing are `any`: nothing is open by oversight.
 */
export type Access = 'public' | 'person' | 'any';

/** Who calls. */
export interface Caller {
  readonly actor: Actor;
  readonly email: string | null;
  readonly displayName: string | null;
  readonly role: string | null;
  readonly lacks: SessionLack;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access;
    /** What a session may lack and still call the route: those that mend it, and the way out. */
    mends?: readonly Exclude<SessionLack, null>[];
  }
  interface FastifyRequest {
    caller: Caller;
  }
}

const NOBODY = { email: null, displayName: null, role: null, lacks: null } as const;

/** Finds out who calls before anything else of a request under `/v1` is looked at. */
export function identifyCallers(server: Server, context: IdentityContext): void {
  server.decorateRequest('caller');
  server.addHook('onRequest', async (request, reply) => {
    const { url, config } = request.routeOptions;
    if (url === undefined) return;
    const access = url.startsWith('/v1/') ? (config.access ?? 'any') : 'public';
    const caller = await identify(context, request, access, config.mends ?? []);
    request.caller = {
      ...caller,
      actor: await underEmergency(context, request, reply, caller.actor),
    };
  });
}

/**
 * The actor, with the emergency access that a call with the purpose ETREAT or BTG stands under; the
 * answer says so.
 */
async function underEmergency(
  { db }: IdentityContext,
  { routeOptions, params }: FastifyRequest,
  reply: FastifyReply,
  actor: Actor,
): Promise<Actor> {
  const { purposeOfUse } = actor;
  if (purposeOfUse !== 'ETREAT' && purposeOfUse !== 'BTG') return actor;
  const patientId = z.object({ id: z.uuid() }).safeParse(params).data?.id;
  const isOfPatient = routeOptions.url?.startsWith('/v1/patients/:id') === true;
  if (!isOfPatient || patientId === undefined) throw emergencyNotOpen(purposeOfUse);
  const episode = await findOpenEmergencyAccess(db, actor, patientId);
  if (episode === null) throw emergencyNotOpen(purposeOfUse);
  const expires = new Date(episode.expiresAt).toISOString();
  reply.header('x-emergency-access', `${episode.id}; expires=${expires}`);
  return { ...actor, emergencyAccessId: episode.id };
}

async function identify(
  context: IdentityContext,
  request: FastifyRequest,
  access: Access,
  mends: readonly SessionLack[],
): Promise<Caller> {
  const facts = factsOf(request);
  if (access === 'public') return { actor: anonymous(facts), ...NOBODY };
  const [, token] =
    /^Bearer ([\w.~+/-]{1,200}=*)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (token === undefined) throw callerMissing();
  const purposeOfUse = purposeOf(request);
  if (token.startsWith('hvk_')) {
    if (access !== 'any') throw callerMissing();
    const actor = await authenticateKey(context, token, facts);
    return { actor: { ...actor, purposeOfUse }, ...NOBODY };
  }
  const { actor, ...person } = await authenticate(context, token, facts);
  if (person.lacks !== null && !mends.includes(person.lacks)) throw sessionIncomplete(person.lacks);
  return { actor: { ...actor, purposeOfUse }, ...person };
}

function factsOf(request: FastifyRequest): CallFacts {
  return {
    ip: request.ip,
    userAgent: request.headers['user-agent'] ?? null,
    requestId: request.id,
    source: 'api',
  };
}

/** `X-Purpose-Of-Use: TREAT`, a code of HL7 v3-PurposeOfUse. */
function purposeOf(request: FastifyRequest): PurposeOfUse | null {
  const given = request.headers['x-purpose-of-use'];
  if (given === undefined) return null;
  const purpose = Object.values(PurposeOfUse).find((code) => code === given);
  if (purpose === undefined) throw purposeInvalid();
  return purpose;
}
