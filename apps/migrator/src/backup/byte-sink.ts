import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, open, rm } from 'node:fs/promises';
import path from 'node:path';
import { backupExists, backupUnwritable } from '../errors.ts';

/** Takes bytes in order; each write is awaited before the next. */
export interface ByteSink {
  write(bytes: Buffer): Promise<void>;
  /** Keeps what was written. */
  end(): Promise<void>;
  /** Leaves nothing behind, as far as it can. */
  abort(): Promise<void>;
}

/**
 * Writes a file that has its name only once it is whole and on the disk, readable by its owner alone.
 *
 * @throws CodedError `MIGRATOR.BACKUP_EXISTS`, `MIGRATOR.BACKUP_UNWRITABLE`
 */
export async function openFileSink(file: string): Promise<ByteSink> {
  if (existsSync(file)) throw backupExists(file);
  const folder = path.dirname(file);
  const partial = path.join(
    folder,
    `.${path.basename(file)}.${randomBytes(4).toString('hex')}.partial`,
  );
  const orUnwritable = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw translate(file, error);
    }
  };
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw backupUnwritable(file, (error as NodeJS.ErrnoException).code ?? 'an error');
  });
  const handle = await orUnwritable(() => open(partial, 'wx', 0o600));
  const abort = async () => {
    await handle.close().catch(() => undefined);
    await rm(partial, { force: true });
  };
  return {
    abort,
    write: (bytes) =>
      orUnwritable(async () => {
        for (let at = 0; at < bytes.length;) {
          at += (await handle.write(bytes, at, bytes.length - at)).bytesWritten;
        }
      }),
    end: () =>
      orUnwritable(async () => {
        await handle.sync();
        await handle.close();
        // Not a rename: that would replace a file which came meanwhile.
        await link(partial, file);
        await rm(partial);
        await syncFolder(folder);
      }),
  };
}

/** Writes to a stream that others read, such as standard output. */
export function streamSink(stream: NodeJS.WritableStream): ByteSink {
  let failure: Error | undefined;
  stream.on('error', (error: Error) => (failure = error));
  const write = (bytes: Buffer) =>
    new Promise<void>((resolve, reject) => {
      const refuse = (error: Error) => reject(translate('standard output', error));
      if (failure !== undefined) return refuse(failure);
      stream.write(bytes, (error) => (error == null ? resolve() : refuse(error)));
    });
  return { write, end: () => Promise.resolve(), abort: () => Promise.resolve() };
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function translate(file: string, error: unknown): Error {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EEXIST') return backupExists(file);
  return code === undefined ? (error as Error) : backupUnwritable(file, code);
}
