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

/** An error's text may hold values of rows; its name, code and frames do not. */
function describeError(error: Error & { code?: unknown }) {
  const { name, message, stack = '' } = error;
  const start = stack.indexOf(message);
  const frames = start === -1 ? -1 : stack.indexOf('\n    at ', start + message.length);
  return {
    type: name,
    code: typeof error.code === 'string' ? error.code : undefined,
    message: 'withheld',
    stack: frames === -1 ? '' : stack.slice(frames).trim(),
  };
}
