import createClient, { type Client, type Middleware } from 'openapi-fetch';
import { ApiError, toProblem } from './api-error.ts';
import type { paths } from './generated/api.ts';

/** How {@link createApiClient} reaches the API. */
export interface ApiClientOptions {
  /** `https://api.example.org`, without a path. */
  readonly baseUrl: string;
  /** A session token or an API key; a function is asked before each request. */
  readonly token?: string | (() => string | undefined);
  /** Why health information is used: a code of HL7 v3-PurposeOfUse. */
  readonly purposeOfUse?: string;
  /** Instead of the global `fetch`. */
  readonly fetch?: (request: Request) => Promise<Response>;
}

/** Every route of the API, typed by its document. */
export type ApiClient = Client<paths>;

/**
 * Makes a client of the API. Paths, parameters and bodies are checked by the compiler; a refusal is
 * thrown as an {@link ApiError}, so that `data` is there whenever a call returns.
 *
 * @example
 * const api = createApiClient({ baseUrl: 'http://127.0.0.1:3000', token });
 * const { data } = await api.GET('/v1/patients/{id}/summary', { params: { path: { id } } });
 */
export function createApiClient(options: ApiClientOptions): ApiClient {
  const { baseUrl, token, purposeOfUse, fetch } = options;
  const client = createClient<paths>({ baseUrl, ...(fetch !== undefined && { fetch }) });
  const middleware: Middleware = {
    onRequest({ request }) {
      const bearer = typeof token === 'function' ? token() : token;
      if (bearer !== undefined) request.headers.set('authorization', `Bearer ${bearer}`);
      if (purposeOfUse !== undefined) request.headers.set('x-purpose-of-use', purposeOfUse);
      return request;
    },
    async onResponse({ response }) {
      if (response.ok) return;
      const body: unknown = await response.json().catch(() => undefined);
      throw new ApiError(response.status, toProblem(body));
    },
  };
  client.use(middleware);
  return client;
}
