import { STATUS_CODES } from 'node:http';
import { isCodedError, type ErrorKind } from '@holovitals/errors';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { z } from 'zod';

const faultsSchema = z.array(z.object({ place: z.string(), rule: z.string() }));

/** The body of every error: problem details (RFC 9457), with our code and what mends it. */
export const problemSchema = z.object({
  type: z.literal('about:blank'),
  title: z.string().describe('The phrase of the HTTP status.'),
  status: z.int().min(400).max(599),
  detail: z.string().optional().describe('What happened.'),
  code: z.string().optional().describe('Which error it is, for programs: see docs/errors.md.'),
  fix: z.string().optional().describe('What mends it.'),
  requestId: z.string().describe('Joins the answer to the logs.'),
  faults: faultsSchema.optional().describe('Where the request does not fit its schema.'),
});

/** One of {@link problemSchema}. */
export type ProblemDetails = z.infer<typeof problemSchema>;
type Problem = Omit<ProblemDetails, 'type' | 'title' | 'requestId'>;

const STATUS_OF_KIND: Readonly<Record<ErrorKind, number>> = {
  invalid: 400,
  forbidden: 403,
  missing: 404,
  conflict: 409,
  unavailable: 503,
};

/** Where HTTP tells apart what the kinds do not: 401 asks who calls, 403 says that it does not help. */
const STATUS_OF_CODE: Readonly<Partial<Record<string, number>>> = {
  'API.CALLER_MISSING': 401,
  'API.FILE_FORM_REFUSED': 415,
  'API.FORMAT_REFUSED': 406,
  'API.MATCH_MISSING': 428,
  'API.RATE_EXCEEDED': 429,
  'CLINICAL.FILE_TOO_LARGE': 413,
  'CLINICAL.VERSION_CONFLICT': 412,
  'IDENTITY.LOGIN_REFUSED': 401,
  'IDENTITY.SESSION_INVALID': 401,
};

/** Finds what is behind a refusal, where it is something else. */
export type RefusalReason = (error: Error, request: FastifyRequest) => Promise<Error>;

/** Answers every failure of a server with problem details, and nothing of its inside. */
export function useProblemDetails(server: FastifyInstance, reasonOf: RefusalReason): void {
  server.setErrorHandler<Error>(async (error, request, reply) => {
    await answerProblem(await findReason(error, request, reasonOf), request, reply);
  });
  server.setNotFoundHandler({ preHandler: server.rateLimit() }, (request, reply) =>
    send(request, reply, { status: 404, detail: 'There is nothing at this address.' }),
  );
}

/**
 * A refusal stands where its reason cannot be found. Nothing may be thrown here: Fastify would answer
 * it by itself, with the code and the text of the error.
 */
async function findReason(error: Error, request: FastifyRequest, reasonOf: RefusalReason) {
  try {
    return await reasonOf(error, request);
  } catch (failure) {
    request.log.error({ err: failure }, 'reason not found');
    return error;
  }
}

/** Answers one failure with problem details; also one that comes before a route is found. */
export function answerProblem(error: unknown, request: FastifyRequest, reply: FastifyReply) {
  const problem = toProblem(error);
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  if (problem.status >= 500) request.log.error({ err: error }, 'failed');
  return send(request, reply, problem);
}

/** What a caller is told of a failure that nothing foresaw: all else of it stands in the log. */
const UNEXPECTED: Problem = {
  status: 500,
  detail: 'The request failed, and not by its own fault.',
  code: 'API.UNEXPECTED',
  fix: 'Send it again. If it fails again, tell whoever runs this API its `requestId`.',
};

function toProblem(error: unknown): Problem {
  if (isCodedError(error)) {
    const { code, kind, message, why, fix, details } = error;
    const faults = faultsSchema.safeParse(details?.['faults']).data;
    return {
      status: STATUS_OF_CODE[code] ?? STATUS_OF_KIND[kind],
      detail: why === undefined ? message : `${message} ${why}`,
      code,
      ...(fix !== undefined && { fix }),
      ...(faults !== undefined && { faults }),
    };
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const faults = error.validation.map(({ instancePath, keyword }) => ({
      place: `${error.validationContext ?? 'request'}${instancePath}`,
      rule: keyword,
    }));
    return {
      status: 400,
      detail: 'The request does not fit the schema.',
      code: 'API.REQUEST_INVALID',
      faults,
    };
  }
  const { statusCode = 500 } = error instanceof Error ? (error as Partial<FastifyError>) : {};
  return statusCode >= 400 && statusCode < 500
    ? { status: statusCode, detail: CLIENT_FAULTS[statusCode] ?? 'The request is refused.' }
    : UNEXPECTED;
}

/** What a caller is told of a refusal that no code of ours names. */
export const CLIENT_FAULTS: Readonly<Record<number, string>> = {
  400: 'The request cannot be read.',
  408: 'The request did not come in time.',
  413: 'The body is too large.',
  414: 'The address is too long.',
  415: 'The body has no Content-Type, or none that is taken here; most routes take JSON.',
  431: 'The headers are too large.',
};

function send(request: FastifyRequest, reply: FastifyReply, problem: Problem) {
  const body: ProblemDetails = {
    type: 'about:blank',
    title: STATUS_CODES[problem.status] ?? 'Error',
    ...problem,
    requestId: request.id,
  };
  return reply
    .status(problem.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('x-request-id', request.id)
    .serializer(JSON.stringify)
    .send(body);
}
