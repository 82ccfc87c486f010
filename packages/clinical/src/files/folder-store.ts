import { randomUUID } from 'node:crypto';
import { createReadStream, type Dirent } from 'node:fs';
import {
  constants,
  link,
  mkdir,
  open,
  opendir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
  type FileHandle,
} from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isCodedError } from '@holovitals/errors';
import { fileBytesMissing, fileStoreUnavailable } from '../errors.ts';
import { isStoredName, type FileStore, type StoredBytes } from './file-store.ts';

const OWNER_ONLY = { recursive: true, mode: 0o700 } as const;
const MARK = 'store.json';

/** Which database's files a folder holds. */
interface Mark {
  readonly database: string;
}

/**
 * A store in a folder: `incoming/NAME` until the row is written, then `kept/XX/NAME`, by the last two
 * digits of the name. Files and folders are their owner's alone (modes 600 and 700). The folder is made
 * with the first file, and marked with the database it belongs to: that of another is refused, so that
 * nobody removes what only another database knows.
 *
 * @param folder null: no folder is told, and every act fails
 * @param readDatabase what tells this database from others, also after a restore
 */
export function folderStore(folder: string | null, readDatabase: () => Promise<string>): FileStore {
  if (folder === null) return NO_STORE;
  let database: string | undefined;
  /** Whether it is this database's; false where it is nobody's yet. */
  const check = async () => {
    const mark = await readMark(join(folder, MARK));
    if (mark === null) return false;
    database ??= await readDatabase();
    if (mark.database === database) return true;
    throw fileStoreUnavailable('It holds the files of another database.');
  };
  const claim = async () => {
    if (await check()) return;
    await writeMark(folder, { database: await readDatabase() });
    await check();
  };
  const incoming = (name: string) => join(folder, 'incoming', named(name));
  const kept = (name: string) => join(folder, 'kept', named(name).slice(-2), name);

  return {
    async receive(name, bytes) {
      const path = incoming(name);
      await claim();
      let file: FileHandle;
      try {
        await mkdir(join(path, '..'), OWNER_ONLY);
        file = await open(path, 'wx', 0o600);
      } catch (error) {
        throw unavailable(error);
      }
      try {
        await pipeline(bytes, file.createWriteStream({ flush: true }));
        await syncFolder(join(path, '..'));
      } catch (error) {
        await rm(path, { force: true });
        throw unavailable(error);
      }
    },
    async keep(name) {
      const path = kept(name);
      try {
        await mkdir(join(path, '..'), OWNER_ONLY);
        await rename(incoming(name), path);
        await syncFolder(join(path, '..'));
      } catch (error) {
        if (codeOf(error) === 'ENOENT' && (await isThere(path))) return;
        throw unavailable(error);
      }
    },
    async open(name) {
      await check();
      for (const path of [kept(name), incoming(name), kept(name)]) {
        const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(
          (error: unknown) => {
            if (codeOf(error) === 'ENOENT') return null;
            throw unavailable(error);
          },
        );
        // It may have been kept between the first two looks.
        if (file === null) continue;
        const { size } = await file.stat();
        return { size, bytes: createReadStream(path, { fd: file }) };
      }
      throw fileBytesMissing();
    },
    async remove(name) {
      if (!(await check())) return;
      for (const path of [incoming(name), kept(name)]) await rm(path, { force: true });
    },
    async *list() {
      if (!(await check())) return;
      yield* filesIn(join(folder, 'incoming'), false);
      for await (const { name } of entriesOf(join(folder, 'kept'))) {
        yield* filesIn(join(folder, 'kept', name), true);
      }
    },
  };
}

const refuse = () => {
  throw fileStoreUnavailable('SECURE_FILE_STORAGE_PATH is not set.');
};

/** Where no folder is told. */
const NO_STORE: FileStore = {
  receive: refuse,
  keep: refuse,
  open: refuse,
  remove: refuse,
  list: refuse,
};

/** No path is made of anything but a name of ours. */
function named(name: string): string {
  if (!isStoredName(name)) throw new TypeError('This is no name of a store.');
  return name;
}

/** Whole, or not at all: of two processes that are first at once, one is. */
async function writeMark(folder: string, mark: Mark): Promise<void> {
  const path = join(folder, MARK);
  const draft = `${path}.${randomUUID()}`;
  try {
    await mkdir(folder, OWNER_ONLY);
    await writeFile(draft, `${JSON.stringify(mark)}\n`, { mode: 0o600, flush: true });
    await link(draft, path).catch((error: unknown) => {
      if (codeOf(error) !== 'EEXIST') throw error;
    });
  } catch (error) {
    throw unavailable(error);
  } finally {
    await rm(draft, { force: true });
  }
}

async function readMark(path: string): Promise<Mark | null> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw unavailable(error);
  });
  if (text === null) return null;
  try {
    return JSON.parse(text) as Mark;
  } catch {
    throw fileStoreUnavailable(`Its ${MARK} cannot be read.`);
  }
}

async function* filesIn(folder: string, isKept: boolean): AsyncIterable<StoredBytes> {
  for await (const entry of entriesOf(folder)) {
    if (!entry.isFile() || !isStoredName(entry.name)) continue;
    const found = await stat(join(folder, entry.name)).catch(() => null);
    if (found === null) continue;
    yield { name: entry.name, isKept, receivedAt: found.mtime, size: found.size };
  }
}

async function* entriesOf(folder: string): AsyncIterable<Dirent> {
  const entries = await opendir(folder).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return null;
    throw unavailable(error);
  });
  if (entries !== null) yield* entries;
}

/** A name is durable once its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function isThere(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}

/** What the system says of a folder, by its code alone: texts hold paths. */
function unavailable(error: unknown): unknown {
  const code = codeOf(error);
  const isOfSystem = typeof code === 'string' && /^E[A-Z]+$/.test(code);
  return isCodedError(error) || !isOfSystem ? error : fileStoreUnavailable(`It answers ${code}.`);
}

function codeOf(error: unknown): unknown {
  return (error as NodeJS.ErrnoException | null)?.code;
}
