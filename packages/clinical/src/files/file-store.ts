import type { Readable } from 'node:stream';

/**
 * Where the bytes of files lie, already encrypted. A folder serves; an object store can. Names are
 * UUIDs that nobody reuses.
 */
export interface FileStore {
  /**
   * Takes bytes in, durably, under a name whose row is not written yet; where it fails, nothing of them
   * stays.
   *
   * @throws CodedError `CLINICAL.FILE_STORE_UNAVAILABLE`, and what the bytes fail with
   */
  receive(name: string, bytes: AsyncIterable<Uint8Array>): Promise<void>;
  /** Keeps what was received: its row is there. To keep it twice does nothing. */
  keep(name: string): Promise<void>;
  /**
   * Opens bytes that were received, kept or not; `size` is how many there are.
   *
   * @throws CodedError `CLINICAL.FILE_BYTES_MISSING`, `CLINICAL.FILE_STORE_UNAVAILABLE`
   */
  open(name: string): Promise<{ readonly size: number; readonly bytes: Readable }>;
  /** Removes bytes; where there are none, it does nothing. */
  remove(name: string): Promise<void>;
  /** Names of all that lies there, with when it came and whether it is kept, in no order. */
  list(): AsyncIterable<StoredBytes>;
}

/** Bytes that lie in a store. */
export interface StoredBytes {
  readonly name: string;
  readonly isKept: boolean;
  readonly receivedAt: Date;
  readonly size: number;
}

const SCHEME = 'store:';
const NAME = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** How a row names its bytes. */
export function storageUriOf(name: string): string {
  return `${SCHEME}${name}`;
}

/** The name in a row's address; null where it is none of a store's. */
export function nameInUri(uri: string): string | null {
  const name = uri.startsWith(SCHEME) ? uri.slice(SCHEME.length) : '';
  return isStoredName(name) ? name : null;
}

/** Whether a text can be a name of a store. */
export function isStoredName(text: string): boolean {
  return NAME.test(text);
}
