import { createHash, randomBytes, type Hash, type Hmac } from 'node:crypto';
import { pipeline, type Readable } from 'node:stream';
import {
  Prisma,
  sealStream,
  withActor,
  type Actor,
  type ContentKey,
  type Transaction,
} from '@holovitals/database';
import { isCodedError } from '@holovitals/errors';
import { v7 as uuidV7 } from 'uuid';
import type { z } from 'zod';
import {
  actRefused,
  fileCutOff,
  fileQuotaExceeded,
  fileTooLarge,
  inputInvalid,
  patientMerged,
} from '../errors.ts';
import { inChart, type Chart } from '../patients/chart.ts';
import { addFileSchema, MOST_FILE_BYTES, type FileResource } from './file.schema.ts';
import type { FileContext } from './file-context.ts';
import { storageUriOf } from './file-store.ts';
import { insertFile } from './file.store.ts';

const EVENT = { eventType: 'PHI_CREATE', action: 'C', resourceType: 'SecureFile' } as const;

/**
 * Adds a file to a record: its bytes are encrypted on their way into the store, under a key of its own
 * that lies encrypted in its row; then the row and its audit row are written in one transaction. The
 * caller sees the file, and others once a document names it. Memory is flat in the size.
 *
 * @throws CodedError `CLINICAL.INPUT_INVALID`, `CLINICAL.PATIENT_MISSING`, `CLINICAL.PATIENT_MERGED`,
 *   `CLINICAL.ACT_REFUSED`, `CLINICAL.FILE_TOO_LARGE`, `CLINICAL.FILE_QUOTA_EXCEEDED`,
 *   `CLINICAL.FILE_CUT_OFF`, `CLINICAL.FILE_STORE_UNAVAILABLE`
 */
export async function addFile(
  context: FileContext,
  actor: Actor,
  patientId: string,
  given: z.input<typeof addFileSchema>,
  bytes: Readable,
): Promise<FileResource> {
  const parsed = addFileSchema.safeParse(given);
  if (!parsed.success) throw inputInvalid('addFile', parsed.error);
  // Who may not add it is told so before the bytes are taken in; asked again when the row is written.
  const { room } = await inChart(context, actor, patientId, EVENT, findPlace);
  const codec = context.db.$codec;
  const id = uuidV7();
  const content = newContentKey(id);
  const plain = { bytes: 0, hash: await codec.contentHash('SecureFile', 'hmac_plain'), room };
  const sealed = { bytes: 0, hash: createHash('sha256') };
  // What fails here ends the stream that it hands on, so the store hears of it.
  const stored = pipeline(read(bytes, plain), sealStream(content), () => undefined);
  try {
    await context.store.receive(id, pass(stored, sealed));
  } finally {
    stored.destroy();
  }
  const data = {
    ...{ id, patientId, storageUri: storageUriOf(id), mimeType: parsed.data.mimeType },
    fileNameCiphertext: parsed.data.fileName ?? null,
    byteSize: plain.bytes,
    hmacPlain: new Uint8Array(plain.hash.digest()),
    sha256Cipher: new Uint8Array(sealed.hash.digest()),
    ...{ wrappedDataKey: content.key, nonce: content.nonce, aad: content.aad },
    ...{ keyId: await codec.dataKeyId(), createdAt: context.clock() },
    status: 'ENCRYPTED' as const,
  };
  try {
    const file = await inChart(context, actor, patientId, EVENT, async (tx, chart) => {
      const place = await findPlace(tx, chart);
      if (plain.bytes > place.room) throw fileQuotaExceeded();
      const row = await insertFile(tx, { ...data, uploadedById: place.uploadedById });
      await context.audit(tx, actor, [{ ...EVENT, outcome: 'SUCCESS', patientId, resourceId: id }]);
      return row;
    });
    // Bytes that are not moved yet open all the same, and `files tidy` moves them.
    await context.store.keep(id).catch(() => undefined);
    return file;
  } catch (error) {
    await removeUnlessWritten(context, actor, id);
    throw error;
  }
}

interface Measured {
  bytes: number;
  readonly hash: Hash | Hmac;
}

interface Place {
  /** Bytes that the record's files may still take. */
  readonly room: number;
  readonly uploadedById: string;
}

async function findPlace(tx: Transaction, { patientId, mergedIntoId }: Chart): Promise<Place> {
  const [place] = await tx.$queryRaw<{ room: bigint | null; uploadedById: string }[]>(
    Prisma.sql`select room_for_files(${patientId}::uuid) as room, actor_acting_user_id() as "uploadedById"`,
  );
  if (place?.room == null) throw actRefused('add a file');
  if (mergedIntoId !== null) throw patientMerged(mergedIntoId);
  return { ...place, room: Number(place.room) };
}

function newContentKey(id: string): ContentKey<ArrayBuffer> {
  return {
    key: new Uint8Array(randomBytes(32)),
    nonce: new Uint8Array(randomBytes(12)),
    aad: new TextEncoder().encode(`secure_files ${id}`),
  };
}

/** The bytes as they come in, up to what is permitted; where they are refused, the caller still hears why. */
async function* read(bytes: Readable, measured: Measured & Pick<Place, 'room'>) {
  try {
    for await (const chunk of bytes.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      measured.bytes += chunk.length;
      if (measured.bytes > MOST_FILE_BYTES) throw fileTooLarge(MOST_FILE_BYTES);
      if (measured.bytes > measured.room) throw fileQuotaExceeded();
      measured.hash.update(chunk);
      yield chunk;
    }
  } catch (error) {
    throw isCodedError(error) ? error : fileCutOff();
  }
}

async function* pass(chunks: AsyncIterable<Buffer>, measured: Measured) {
  for await (const chunk of chunks) {
    measured.bytes += chunk.length;
    measured.hash.update(chunk);
    yield chunk;
  }
}

/** Where it is not known whether the row was written, the bytes stay. */
async function removeUnlessWritten(context: FileContext, actor: Actor, id: string): Promise<void> {
  const isWritten = await withActor(context.db, actor, (tx) =>
    tx.secureFile.findUnique({ where: { id }, select: { id: true } }),
  ).then(
    (row) => row !== null,
    () => true,
  );
  if (!isWritten) await context.store.remove(id).catch(() => undefined);
}
