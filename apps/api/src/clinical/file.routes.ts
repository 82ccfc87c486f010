import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import {
  addFile,
  fileSchema,
  fileTooLarge,
  listFiles,
  listFilesSchema,
  MOST_FILE_BYTES,
  openFile,
  readFile,
  type FileContext,
} from '@holovitals/clinical';
import contentDisposition from 'content-disposition';
import { z } from 'zod';
import { fileFormRefused } from '../errors.ts';
import type { Routes, Server } from '../routes.ts';

const tags = ['file'];
const patientSchema = z.strictObject({ id: z.uuid() });
const placeSchema = patientSchema.extend({ fileId: z.uuid() });
const bytesSchema = z
  .custom<Readable>((value) => value instanceof Readable)
  .meta({ type: 'string', format: 'binary' });

const uploadHeadersSchema = z.object({
  'content-disposition': z
    .string()
    .max(2000)
    .transform((header, context) => {
      try {
        const { filename } = contentDisposition.parse(header).parameters;
        // Of what may be a path, the name alone.
        return filename?.split(/[/\\]/).at(-1);
      } catch {
        context.addIssue('not a Content-Disposition (RFC 6266)');
        return z.NEVER;
      }
    })
    .optional()
    .describe("The file's name: `attachment; filename*=UTF-8''scan%20of%20May.pdf` (RFC 6266)."),
});

/** Files of a record: bytes of any type, which lie encrypted beside the database. */
export const fileRoutes: Routes = (server, { files }) => {
  server.get(
    '/v1/patients/:id/files',
    {
      schema: {
        tags,
        summary: 'Files that the caller brought, or sees by a document, newest first',
        params: patientSchema,
        querystring: listFilesSchema,
        response: { 200: z.object({ items: z.array(fileSchema), next: z.string().nullable() }) },
      },
    },
    async ({ params, query, caller }) => {
      const { items, next } = await listFiles(files, caller.actor, params.id, query);
      return { items: [...items], next };
    },
  );
  server.get(
    '/v1/patients/:id/files/:fileId',
    {
      schema: {
        tags,
        summary: 'What is known of a file',
        params: placeSchema,
        response: { 200: fileSchema },
      },
    },
    async ({ params, caller }) =>
      await readFile(files, caller.actor, { patientId: params.id, fileId: params.fileId }),
  );
  server.get(
    '/v1/patients/:id/files/:fileId/content',
    {
      schema: {
        tags,
        summary: 'The bytes of a file, of the type that it was sent with',
        params: placeSchema,
        produces: ['*/*'],
        response: { 200: bytesSchema },
      },
    },
    async ({ params, caller }, reply) => {
      const place = { patientId: params.id, fileId: params.fileId };
      const { file, bytes } = await openFile(files, caller.actor, place);
      return reply
        .headers({
          'content-type': file.mimeType,
          'content-length': file.byteSize,
          'content-disposition': contentDisposition(file.fileName ?? undefined),
          // Whoever opens it in a browser opens what somebody else wrote.
          'content-security-policy': "sandbox; default-src 'none'",
        })
        .send(bytes);
    },
  );
  void server.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, parsed) => {
      parsed(null, payload);
    });
    addUpload(scope.withTypeProvider(), files);
    done();
  });
};

/** The body is the file itself, of any type. */
function addUpload(server: Server, files: FileContext): void {
  server.post(
    '/v1/patients/:id/files',
    {
      config: { isStream: true },
      schema: {
        tags,
        summary: 'Add a file: its bytes are the body, its name stands in Content-Disposition',
        params: patientSchema,
        headers: uploadHeadersSchema,
        consumes: ['*/*'],
        body: bytesSchema,
        response: { 201: fileSchema },
      },
    },
    async ({ params, headers, body, caller, raw }, reply) => {
      const { 'content-disposition': fileName } = headers;
      const given = {
        mimeType: mimeTypeOf(raw.headers),
        ...(fileName !== undefined && { fileName }),
      };
      if (Number(raw.headers['content-length'] ?? 0) > MOST_FILE_BYTES) {
        throw fileTooLarge(MOST_FILE_BYTES);
      }
      return reply.status(201).send(await addFile(files, caller.actor, params.id, given, body));
    },
  );
}

/** Without parameters. A form around a file, or a coding of its bytes, would be stored with them. */
function mimeTypeOf(headers: IncomingHttpHeaders): string {
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  const mimeType = type.trim().toLowerCase();
  const isForm = mimeType.startsWith('multipart/') || mimeType.endsWith('/x-www-form-urlencoded');
  if (isForm || headers['content-encoding'] !== undefined) throw fileFormRefused();
  return mimeType;
}
