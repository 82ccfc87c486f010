/** What a log line may hold of a request: never its query, headers or body, nor an error's text. */
export const LOG_ALLOW_LIST = {
  request: describeRequest,
  req: describeRequest,
  reply: describeReply,
  res: describeReply,
  err: describeError,
};

function describeRequest(request: { method: string; routeOptions?: { url?: string | undefined } }) {
  return { method: request.method, route: request.routeOptions?.url ?? 'unknown' };
}

function describeReply(reply: { statusCode: number; elapsedTime?: number }) {
  return { status: reply.statusCode, ms: Math.round(reply.elapsedTime ?? 0) };
}

type Described = {
  readonly type: string;
  readonly code: string | undefined;
  readonly sqlState: string | undefined;
  readonly message: 'withheld';
  readonly stack: string;
  readonly cause: Described | undefined;
};

/** An error's text may hold values of rows; its name, codes and frames do not, nor do those of its causes. */
function describeError(error: unknown, depth = 0): Described {
  const { name, message, stack = '', cause } = error instanceof Error ? error : UNNAMED;
  const { code, meta } = (error ?? {}) as { code?: unknown; meta?: DriverMeta };
  const start = stack.indexOf(message);
  const frames = start === -1 ? -1 : stack.indexOf('\n    at ', start + message.length);
  return {
    type: name,
    code: typeof code === 'string' ? code : undefined,
    sqlState: meta?.driverAdapterError?.cause?.originalCode,
    message: 'withheld',
    stack: frames === -1 ? '' : stack.slice(frames).trim(),
    cause:
      cause === undefined || depth === MOST_CAUSES ? undefined : describeError(cause, depth + 1),
  };
}

/** Where Prisma keeps the SQLSTATE of a statement that PostgreSQL refused. */
interface DriverMeta {
  readonly driverAdapterError?: { readonly cause?: { readonly originalCode?: string } };
}

/** What was thrown and is no error. */
const UNNAMED: Error = { name: 'unknown', message: '' };
const MOST_CAUSES = 4;
