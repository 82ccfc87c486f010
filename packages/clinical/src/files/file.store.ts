import type { Prisma, Transaction } from '@holovitals/database';
import { recordMissing } from '../errors.ts';
import type { Cursor } from '../resources/cursor.ts';
import type { FileResource } from './file.schema.ts';

const SHOWN = {
  id: true,
  patientId: true,
  fileNameCiphertext: true,
  mimeType: true,
  byteSize: true,
  sha256Cipher: true,
  status: true,
  scanStatus: true,
  uploadedById: true,
  createdAt: true,
} as const;

type ShownRow = Prisma.SecureFileGetPayload<{ select: typeof SHOWN }>;

/** What a row needs beside what is shown, to open its content. */
export interface SealedFile {
  readonly file: FileResource;
  readonly storageUri: string;
  readonly nonce: Uint8Array;
  readonly aad: Uint8Array;
  /** Null once it is destroyed. */
  readonly key: Uint8Array | null;
}

/** Writes the row of a file whose bytes are received. */
export async function insertFile(
  tx: Transaction,
  data: Prisma.SecureFileUncheckedCreateInput,
): Promise<FileResource> {
  return shown(await tx.secureFile.create({ data, select: SHOWN }));
}

/** Files of a record, newest first, that the caller may see. */
export async function findFiles(
  tx: Transaction,
  patientIds: readonly string[],
  { limit, after }: { readonly limit: number; readonly after: Cursor | undefined },
): Promise<FileResource[]> {
  const rows = await tx.secureFile.findMany({
    where: {
      patientId: { in: [...patientIds] },
      ...(after && {
        OR: [{ createdAt: { lt: after.at } }, { createdAt: after.at, id: { lt: after.id } }],
      }),
    },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: limit,
    select: SHOWN,
  });
  return rows.map(shown);
}

/** One file of a record, with what opens it. Fails with `CLINICAL.RECORD_MISSING`. */
export async function findFile(
  tx: Transaction,
  patientIds: readonly string[],
  fileId: string,
): Promise<SealedFile> {
  const row = await tx.secureFile.findFirst({
    where: { id: fileId, patientId: { in: [...patientIds] } },
    select: { ...SHOWN, storageUri: true, nonce: true, aad: true, wrappedDataKey: true },
  });
  if (row === null) throw recordMissing('file');
  const { storageUri, nonce, aad, wrappedDataKey, ...rest } = row;
  return {
    ...{ file: shown(rest), storageUri, nonce },
    ...{ aad: aad ?? new Uint8Array(), key: wrappedDataKey },
  };
}

function shown({ fileNameCiphertext, byteSize, sha256Cipher, createdAt, ...row }: ShownRow) {
  return {
    ...row,
    patientId: row.patientId ?? '',
    fileName: fileNameCiphertext,
    byteSize: Number(byteSize),
    sha256Cipher: Buffer.from(sha256Cipher).toString('base64'),
    scanStatus: row.scanStatus as FileResource['scanStatus'],
    createdAt: createdAt.toISOString(),
  };
}
