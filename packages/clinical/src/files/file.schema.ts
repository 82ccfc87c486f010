import { z } from 'zod';
import { id, text } from '../resources/fields.ts';

/** Bytes of the largest file that is taken: 100 MiB. */
export const MOST_FILE_BYTES = 104_857_600;

/** Input of `addFile`, beside the bytes. */
export const addFileSchema = z.strictObject({
  /** Name as the uploader's machine has it; it names no place here. */
  fileName: text(255)
    .regex(/^\P{Cc}+$/u, 'holds a control character')
    .optional(),
  /** RFC 6838, without parameters. */
  mimeType: z
    .string()
    .max(127)
    .regex(/^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/),
});

/** A file as callers see it: FHIR Attachment, without its content. */
export const fileSchema = z.object({
  id,
  patientId: id,
  fileName: z.string().nullable(),
  mimeType: z.string(),
  /** Bytes of the content. */
  byteSize: z.int(),
  /** Of the content as it lies encrypted, base64: tells damage without a key. */
  sha256Cipher: z.string(),
  status: z.string(),
  scanStatus: z.enum(['PENDING', 'CLEAN', 'INFECTED', 'FAILED']),
  uploadedById: id.nullable(),
  createdAt: z.iso.datetime(),
});

/** One of {@link fileSchema}. */
export type FileResource = z.infer<typeof fileSchema>;

/** Input of `listFiles`, as a query string. */
export const listFilesSchema = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z.string().max(200).optional(),
});
