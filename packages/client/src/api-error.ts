import type { components } from './generated/api.ts';

/** What the API says of a failure: problem details (RFC 9457). */
export type Problem = components['schemas']['Problem'];

/** A refusal of the API. Its text is the API's: it holds no patient data. */
export class ApiError extends Error {
  readonly status: number;
  /** Which error it is, for programs; undefined where the answer came from elsewhere. */
  readonly code: string | undefined;
  readonly fix: string | undefined;
  /** Joins the failure to the API's logs. */
  readonly requestId: string | undefined;
  readonly problem: Problem | undefined;

  constructor(status: number, problem: Problem | undefined) {
    super(problem?.detail ?? `The API answered ${status}.`);
    this.name = 'ApiError';
    this.status = status;
    this.code = problem?.code;
    this.fix = problem?.fix;
    this.requestId = problem?.requestId;
    this.problem = problem;
  }
}

/** Tells a refusal of the API from other failures. */
export function isApiError(error: unknown): error is ApiError {
  return error instanceof ApiError;
}

/** Reads a body as problem details; undefined where it is none, as from a proxy. */
export function toProblem(body: unknown): Problem | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { title, status } = body as Partial<Problem>;
  return typeof title === 'string' && typeof status === 'number' ? (body as Problem) : undefined;
}
