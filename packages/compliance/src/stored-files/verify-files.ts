import { createHash } from 'node:crypto';
import { nameInUri, type FileStore } from '@holovitals/clinical';
import { isCodedError } from '@holovitals/errors';
import type { CommandContext, CommandResult } from '../command/package-command.ts';
import { judgeBytes } from './judge-bytes.ts';

const BATCH = 500;
/** Findings that are told one by one; all are counted. */
const MOST_TOLD = 100;

interface StoredFile {
  readonly id: string;
  readonly storageUri: string;
  readonly sha256: Buffer;
}

interface Finding {
  readonly id: string;
  readonly fault: 'missing' | 'damaged';
}

/**
 * Reads the bytes of every file that is not destroyed and compares them with the hash in its row: no key
 * is needed. Bytes that nothing needs are counted.
 *
 * @throws CodedError `CLINICAL.FILE_STORE_UNAVAILABLE`
 */
export async function verifyFiles(
  context: CommandContext,
  store: FileStore,
): Promise<CommandResult> {
  const findings: Finding[] = [];
  const counts = { files: 0, missing: 0, damaged: 0 };
  let after: string | undefined;
  do {
    const files = await filesAfter(context, after);
    for (const file of files) {
      const fault = await faultOf(store, file);
      counts.files += 1;
      if (fault === null) continue;
      counts[fault] += 1;
      if (findings.length < MOST_TOLD) findings.push({ id: file.id, fault });
    }
    after = files.at(-1)?.id;
    if (files.length > 0) context.progress(`${counts.files} file(s)`);
  } while (after !== undefined);
  const unneeded = { destroyed: 0, cutOff: 0, unknown: 0 };
  for await (const { why } of judgeBytes(context, store)) if (why !== null) unneeded[why] += 1;

  const { files, missing, damaged } = counts;
  const idle = unneeded.destroyed + unneeded.cutOff + unneeded.unknown;
  const lines = [
    `verified  ${files} file(s): ${missing} missing, ${damaged} damaged`,
    ...findings.map(({ id, fault }) => `${fault.padEnd(8)}  ${id}`),
    ...(missing + damaged > findings.length ? [`…         and others`] : []),
    ...(idle === 0
      ? []
      : [
          `unneeded  ${unneeded.destroyed} of destroyed files, ${unneeded.cutOff} cut off, ${unneeded.unknown} that no row knows: \`files tidy\``,
        ]),
  ];
  return {
    data: { ...counts, findings, unneeded },
    text: lines.join('\n'),
    state: missing + damaged > 0 ? 'failed' : idle > 0 ? 'warnings' : 'done',
  };
}

async function filesAfter(
  { session }: CommandContext,
  after: string | undefined,
): Promise<StoredFile[]> {
  const { rows } = await session.query<StoredFile>(
    `select id, storage_uri as "storageUri", sha256_cipher as sha256 from secure_files
     where destroyed_at is null and ($1::uuid is null or id > $1) order by id limit ${BATCH}`,
    [after ?? null],
  );
  return rows;
}

async function faultOf(store: FileStore, file: StoredFile): Promise<Finding['fault'] | null> {
  const name = nameInUri(file.storageUri);
  if (name === null) return 'missing';
  try {
    const hash = createHash('sha256');
    for await (const chunk of (await store.open(name)).bytes) hash.update(chunk as Buffer);
    return hash.digest().equals(file.sha256) ? null : 'damaged';
  } catch (error) {
    if (isCodedError(error) && error.code === 'CLINICAL.FILE_BYTES_MISSING') return 'missing';
    throw error;
  }
}
