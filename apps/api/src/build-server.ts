import { randomUUID } from 'node:crypto';
import scalar from '@scalar/fastify-api-reference';
import fastify, { LogController } from 'fastify';
import {
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { describeRoutes } from './describe-routes.ts';
import { nulRefused } from './errors.ts';
import { useProblemDetails } from './problem-details.ts';
import { allRoutes, type Dependencies, type Server } from './routes.ts';

const KIBIBYTE = 1024;
const REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** Composes the API: limits, log, errors, document and every route. Nothing listens yet. */
export async function buildServer(
  dependencies: Dependencies,
  options: { readonly logLevel: string },
): Promise<Server> {
  const server = fastify({
    logger: { level: options.logLevel, stream: process.stderr, serializers: ALLOW_LIST },
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 256 * KIBIBYTE,
    requestTimeout: 15_000,
    connectionTimeout: 30_000,
    keepAliveTimeout: 10_000,
    routerOptions: { maxParamLength: 200 },
    genReqId: ({ headers }) => {
      const given = headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    },
  }).withTypeProvider<ZodTypeProvider>();
  server.setValidatorCompiler(validatorCompiler);
  server.setSerializerCompiler(serializerCompiler);
  useProblemDetails(server);
  server.addHook('onRequest', ({ url }, _reply, done) => {
    done(url.includes('%00') ? nulRefused() : undefined);
  });
  server.addHook('onSend', (request, reply, _payload, done) => {
    reply.header('x-request-id', request.id).header('cache-control', 'no-store');
    reply.header('x-content-type-options', 'nosniff');
    done();
  });
  server.addHook('onResponse', (request, reply, done) => {
    request.log.info({ request, reply }, 'served');
    done();
  });
  await describeRoutes(server);
  await server.register(scalar, { routePrefix: '/docs', configuration: { url: '/openapi.json' } });
  server.get('/openapi.json', { schema: { hide: true } }, () => server.swagger());
  for (const routes of allRoutes) routes(server, dependencies);
  await server.ready();
  return server;
}

/** What a log line may hold of a request: never its query, headers or body. */
const ALLOW_LIST = {
  request: (request: { method: string; routeOptions?: { url?: string } }) => ({
    method: request.method,
    route: request.routeOptions?.url ?? 'unknown',
  }),
  reply: (reply: { statusCode: number; elapsedTime: number }) => ({
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime),
  }),
};
