import { access } from 'node:fs/promises';
import path from 'node:path';
import { atlasMissing } from '../errors.ts';
import type { Routes } from '../routes.ts';

/** The pages of the API's `atlas` script, without a field that is secret. */
export const ATLAS_FOLDER = path.join(import.meta.dirname, '../../atlas');

/** The pages load their own files, send nothing, and stand in no page of another. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * The schema atlas, for anybody: it tells what `/v1/schema/models` tells, as pages. It is no part of
 * the API's document, like `/docs`.
 */
export const atlasRoutes: Routes = (server, { atlas }) => {
  const hidden = { schema: { hide: true } };
  server.get('/atlas', hidden, (_request, reply) => reply.redirect('/atlas/', 308));
  server.get<{ Params: { '*': string } }>('/atlas/*', hidden, async ({ params }, reply) => {
    await access(path.join(atlas, 'index.html')).catch(() => {
      throw atlasMissing();
    });
    // A file keeps its name when the schema changes: whoever has one asks whether it is still that.
    reply.header('cache-control', 'no-cache').header('content-security-policy', POLICY);
    return reply.sendFile(params['*'], { cacheControl: false });
  });
};
