import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, RequestPayload } from 'fastify';

/** Milliseconds in which headers come in, and a body that is read as a whole. */
export const SHORT_BODY_MS = 15_000;
/** Milliseconds for a request whose body is a stream: 100 MiB at 1.4 Mbit/s. */
export const LONGEST_BODY_MS = 600_000;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body is handed on as a stream, and may take its time. */
    isStream?: boolean;
  }
}

/** Gives up on bodies that trickle in; streams have the whole time of a request. */
export function limitBodyTime(server: FastifyInstance): void {
  server.addHook('preParsing', (request, _reply, payload, done) => {
    if (request.routeOptions.config.isStream !== true && !request.raw.complete) {
      const timer = setTimeout(() => giveUpOn(payload), SHORT_BODY_MS);
      payload.once('close', () => clearTimeout(timer));
    }
    done(null, payload);
  });
  server.addHook('onResponse', ({ raw }, _reply, done) => {
    if (!raw.complete) drain(raw);
    done();
  });
}

/** Whoever reads the body is told; once it is refused nobody does, and an error would end the process. */
function giveUpOn(body: RequestPayload): void {
  if (body.listenerCount('error') === 0) return;
  body.emit('error', Object.assign(new Error('The body is late.'), { statusCode: 408 }));
}

/** Who is answered before all was sent reads the answer only when the rest is taken in. */
function drain(request: IncomingMessage): void {
  const timer = setTimeout(() => request.destroy(), SHORT_BODY_MS);
  request.once('close', () => clearTimeout(timer));
  request.resume();
}
