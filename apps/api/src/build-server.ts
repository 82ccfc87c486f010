import { randomUUID } from 'node:crypto';
import accepts from '@fastify/accepts';
import rateLimit from '@fastify/rate-limit';
import staticFiles from '@fastify/static';
import scalar from '@scalar/fastify-api-reference';
import fastify, { LogController } from 'fastify';
import {
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { Readable, type Writable } from 'node:stream';
import { answerNoHttp } from './answer-no-http.ts';
import { limitBodyTime, LONGEST_BODY_MS, SHORT_BODY_MS } from './body-time.ts';
import { closedRightsReason } from './compliance/closed-rights.ts';
import { describeRoutes } from './describe-routes.ts';
import { characterRefused, rateExceeded } from './errors.ts';
import { identifyCallers } from './identity/caller.ts';
import { LOG_ALLOW_LIST } from './log-allow-list.ts';
import { answerProblem, useProblemDetails } from './problem-details.ts';
import { allRoutes, type Dependencies, type Server } from './routes.ts';

const KIBIBYTE = 1024;
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** How a server treats its callers and where it logs. */
export interface ServerOptions {
  readonly logLevel: string;
  /** Where log lines go; standard error when it is left out. */
  readonly log?: Writable;
  /** Requests a minute that one address may make of this process; 0: no limit. */
  readonly requestsPerMinute: number;
  /** Addresses and networks whose `x-forwarded-for` names the caller. */
  readonly trustedProxies: readonly string[];
}

/** Composes the API: limits, log, errors, document and every route. Nothing listens yet. */
export async function buildServer(
  dependencies: Dependencies,
  options: ServerOptions,
): Promise<Server> {
  const server = fastify({
    logger: {
      level: options.logLevel,
      stream: options.log ?? process.stderr,
      serializers: LOG_ALLOW_LIST,
    },
    trustProxy: options.trustedProxies.length > 0 ? [...options.trustedProxies] : false,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 256 * KIBIBYTE,
    requestTimeout: LONGEST_BODY_MS,
    http: { headersTimeout: SHORT_BODY_MS },
    connectionTimeout: 30_000,
    keepAliveTimeout: 10_000,
    routerOptions: { maxParamLength: 200 },
    frameworkErrors: (error, request, reply) => {
      void answerProblem(error, request, reply);
    },
    clientErrorHandler: answerNoHttp,
    genReqId: ({ headers }) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    },
  }).withTypeProvider<ZodTypeProvider>();
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  await server.register(accepts);
  await server.register(rateLimit, {
    max: options.requestsPerMinute,
    timeWindow: 60_000,
    cache: 50_000,
    allowList: () => options.requestsPerMinute === 0,
    errorResponseBuilder: (_request, { ttl }) => rateExceeded(Math.ceil(ttl / 1000)),
  });
  limitBodyTime(server);
  useProblemDetails(server, closedRightsReason(dependencies.identity));
  server.addHook('onRequest', ({ url }, _reply, done) => {
    done(url.includes('%00') ? characterRefused() : undefined);
  });
  let isClosing = false;
  server.addHook('preClose', (done) => {
    isClosing = true;
    done();
  });
  server.addHook('preValidation', ({ body }, _reply, done) => {
    done(holdsUnstorable(body) ? characterRefused() : undefined);
  });
  identifyCallers(server, dependencies.identity);
  server.addHook('onSend', (request, reply, _payload, done) => {
    // A connection kept alive past the answer would hold up the close until it times out.
    if (isClosing) reply.header('connection', 'close');
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
    reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff');
    done();
  });
  server.addHook('onResponse', (request, reply, done) => {
    request.log.info({ request, reply }, 'served');
    done();
  });
  await describeRoutes(server);
  await server.register(scalar, { routePrefix: '/docs', configuration: { url: '/openapi.json' } });
  server.get('/openapi.json', { schema: { hide: true } }, () => server.swagger());
  await server.register(staticFiles, {
    root: dependencies.atlas,
    serve: false,
    dotfiles: 'ignore',
  });
  for (const routes of allRoutes) routes(server, dependencies);
  await server.ready();
  return server;
}

/** NUL, and half of a surrogate pair: no text of PostgreSQL in UTF-8 holds them. */
const UNSTORABLE = /[\0\p{Surrogate}]/u;

/** Refused before any use case sees it. Loops, since bodies may nest deep. */
function holdsUnstorable(body: unknown): boolean {
  if (body instanceof Readable) return false;
  const open = [body];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value === 'string' && UNSTORABLE.test(value)) return true;
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, part] of Object.entries(value)) open.push(key, part);
  }
  return false;
}
