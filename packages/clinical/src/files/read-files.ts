import { pipeline, type Readable } from 'node:stream';
import { openStream, sealedSize, type Actor } from '@holovitals/database';
import type { z } from 'zod';
import { fileBytesMissing, fileClosed } from '../errors.ts';
import { PHI_READ } from '../patients/act-audited.ts';
import { inChart } from '../patients/chart.ts';
import { pageOf, readCursor, type Page } from '../resources/cursor.ts';
import type { FileResource, listFilesSchema } from './file.schema.ts';
import type { FileContext } from './file-context.ts';
import { nameInUri } from './file-store.ts';
import { findFile, findFiles, type SealedFile } from './file.store.ts';

const EVENT = { ...PHI_READ, resourceType: 'SecureFile' } as const;

/** Which file of whom. */
export interface FilePlace {
  readonly patientId: string;
  readonly fileId: string;
}

/** A file and its content. */
export interface OpenedFile {
  readonly file: FileResource;
  /** Fails with `DATABASE.CONTENT_REFUSED` before the first byte that is not as it was stored. */
  readonly bytes: Readable;
}

/**
 * Reads a page of the files of a record that the caller brought, or sees by a document, newest first, and
 * leaves an audit row.
 *
 * @throws CodedError `CLINICAL.PATIENT_MISSING`, `CLINICAL.CURSOR_INVALID`
 */
export async function listFiles(
  context: FileContext,
  actor: Actor,
  patientId: string,
  { limit, after }: z.output<typeof listFilesSchema>,
): Promise<Page<FileResource>> {
  const page = { limit: limit + 1, after: after === undefined ? undefined : readCursor(after) };
  return await inChart(context, actor, patientId, EVENT, async (tx, { patientIds }) => {
    const files = await findFiles(tx, patientIds, page);
    const recordCount = Math.min(files.length, limit);
    await context.audit(tx, actor, [{ ...EVENT, outcome: 'SUCCESS', patientId, recordCount }]);
    return pageOf(
      files,
      limit,
      ({ id, createdAt }) => ({ id, at: new Date(createdAt) }),
      (file) => file,
    );
  });
}

/**
 * Reads what is known of a file, without its content, and leaves an audit row.
 *
 * @throws CodedError `CLINICAL.PATIENT_MISSING`, `CLINICAL.RECORD_MISSING`
 */
export async function readFile(
  context: FileContext,
  actor: Actor,
  place: FilePlace,
): Promise<FileResource> {
  return (await findAudited(context, actor, place)).file;
}

/**
 * Opens the content of a file. The audit row is written before the first byte is given out; memory is
 * flat in the size.
 *
 * @throws CodedError `CLINICAL.PATIENT_MISSING`, `CLINICAL.RECORD_MISSING`, `CLINICAL.FILE_CLOSED`,
 *   `CLINICAL.FILE_BYTES_MISSING`, `CLINICAL.FILE_STORE_UNAVAILABLE`
 */
export async function openFile(
  context: FileContext,
  actor: Actor,
  place: FilePlace,
): Promise<OpenedFile> {
  const { file, storageUri, key, nonce, aad } = await findAudited(context, actor, place);
  if (key === null) throw fileClosed('It was destroyed.');
  if (CLOSED.has(file.status) || file.scanStatus === 'INFECTED') {
    throw fileClosed('It is held back by its examination.');
  }
  const name = nameInUri(storageUri);
  if (name === null) throw fileBytesMissing();
  const { size, bytes } = await context.store.open(name);
  if (size !== sealedSize(file.byteSize)) {
    bytes.destroy();
    throw fileBytesMissing();
  }
  return { file, bytes: pipeline(bytes, openStream({ key, nonce, aad }), () => undefined) };
}

const CLOSED: ReadonlySet<string> = new Set(['QUARANTINED', 'FAILED', 'DESTROYED']);

async function findAudited(
  context: FileContext,
  actor: Actor,
  { patientId, fileId }: FilePlace,
): Promise<SealedFile> {
  return await inChart(context, actor, patientId, EVENT, async (tx, { patientIds }) => {
    const found = await findFile(tx, patientIds, fileId);
    await context.audit(tx, actor, [
      { ...EVENT, outcome: 'SUCCESS', patientId, resourceId: fileId },
    ]);
    return found;
  });
}
