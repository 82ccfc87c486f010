import { createHash } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Session } from '../command/package-command.ts';
import type { RetentionPolicy } from './read-policies.ts';
import { INTO_FILE } from './remove-rows.ts';

/** What a run of a policy destroyed, as NIST SP 800-88 Rev. 1 (4.8) asks for it. */
export interface Certificate {
  readonly title: 'Certificate of destruction';
  readonly executionId: string;
  readonly policy: RetentionPolicy;
  readonly startedAt: string;
  readonly finishedAt: string;
  /** Rows whose retention ended before this day went. */
  readonly cutoff: string;
  readonly approvedById: string;
  readonly method: {
    readonly term: 'Clear';
    readonly technique: string;
    readonly standard: string;
  };
  /** Rows by model, those that lie in archives first. */
  readonly removed: readonly {
    readonly model: string;
    readonly rows: number;
    readonly how: string;
  }[];
  /**
   * The files of archived rows. Of `rows` in a file `removed` went; the others were held meanwhile,
   * or the run was cut off, and the next one writes them to a file again.
   */
  readonly archives: readonly {
    readonly model: string;
    readonly rows: number;
    readonly removed: number;
    readonly file: string;
  }[];
  /** Rows whose period was over and that were kept: holds, minors, longer rules, rows that name them. */
  readonly heldBack: number;
  /** The run was cut off: what it had not come to is another execution's. */
  readonly isCutOff: boolean;
}

/** A certificate with the SHA-256 of its JSON without this field, in hex. */
export interface SealedCertificate extends Certificate {
  readonly sha256: string;
}

const TECHNIQUE =
  'Rows deleted through the database, committed with their audit rows, and their tables vacuumed. Copies in backups and in the write-ahead log end with those.';

/** Rows of a model that one execution exported (`E`) or removed (`D`), by what stands as the reason. */
export interface TrailSum {
  readonly model: string;
  readonly action: string;
  readonly reason: string;
  readonly rows: number;
}

/** Reads what the transactions of an execution left in the audit trail, summed up. */
export async function readTrail(
  session: Session,
  { executionId, startedAt }: Pick<Certificate, 'executionId' | 'startedAt'>,
): Promise<TrailSum[]> {
  const { rows } = await session.query<TrailSum>(
    `select resource_type as model, action, reason, sum(record_count)::int as rows from audit_logs
     where event_type = 'RETENTION' and "timestamp" >= $1::timestamptz - interval '1 minute' and request_id = $2
     group by resource_type, action, reason order by reason, resource_type`,
    [startedAt, executionId],
  );
  return rows;
}

/** Makes the certificate of an execution from what its transactions left in the audit trail. */
export function makeCertificate(
  trail: readonly TrailSum[],
  run: Omit<Certificate, 'title' | 'method' | 'removed' | 'archives'>,
): SealedCertificate {
  const of = (action: string) => trail.filter((row) => row.action === action);
  const certificate: Certificate = {
    title: 'Certificate of destruction',
    executionId: run.executionId,
    policy: run.policy,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    cutoff: run.cutoff,
    approvedById: run.approvedById,
    method: { term: 'Clear', technique: TECHNIQUE, standard: 'NIST SP 800-88 Rev. 1' },
    removed: sumUp(of('D')),
    archives: of('E').map(({ model, rows: count, reason }) => ({
      ...{ model, rows: count, removed: removedBy(of('D'), reason), file: reason },
    })),
    heldBack: run.heldBack,
    isCutOff: run.isCutOff,
  };
  return {
    ...certificate,
    sha256: createHash('sha256').update(JSON.stringify(certificate)).digest('hex'),
  };
}

/** Of several files of a model one line. */
function sumUp(removals: readonly TrailSum[]): Certificate['removed'] {
  const sums = new Map<string, Certificate['removed'][number]>();
  for (const { model, rows, reason } of removals) {
    const [how = reason] = reason.split(INTO_FILE);
    const key = `${how} ${model}`;
    sums.set(key, { model, rows: rows + (sums.get(key)?.rows ?? 0), how });
  }
  return [...sums.values()];
}

/** How many rows went that a file holds, which its audit row names before its hash. */
function removedBy(removals: readonly TrailSum[], record: string): number {
  const [file = ''] = record.split(' ');
  return removals
    .filter(({ reason }) => reason.endsWith(`${INTO_FILE}${file}`))
    .reduce((sum, { rows }) => sum + rows, 0);
}

/** Writes a certificate for programs and for people; a second time, over the first. */
export async function writeCertificate(
  folder: string,
  certificate: SealedCertificate,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const name = path.resolve(folder, `certificate-${certificate.executionId}`);
  await replace(`${name}.txt`, inWords(certificate));
  await replace(`${name}.json`, `${JSON.stringify(certificate, null, 2)}\n`);
  return `${name}.json`;
}

async function replace(file: string, text: string): Promise<void> {
  await writeFile(`${file}.partial`, text, { mode: 0o600 });
  await rename(`${file}.partial`, file);
}

function inWords(certificate: SealedCertificate): string {
  const { policy, method } = certificate;
  const period = policy.years === null ? '' : `, and ${policy.years} calendar year(s)`;
  return [
    certificate.title.toUpperCase(),
    '',
    `Execution    ${certificate.executionId}`,
    `Policy       ${policy.name}: ${policy.dataType}, ${policy.days} day(s)${period}, from ${policy.startsFrom}`,
    `Legal basis  ${policy.legalBasis ?? 'none named'}`,
    `Approved by  user ${certificate.approvedById}`,
    `From, until  ${certificate.startedAt}, ${certificate.finishedAt}`,
    `Cutoff       ${certificate.cutoff}`,
    `Method       ${method.term} (${method.standard}). ${method.technique}`,
    '',
    ...certificate.removed.map(
      ({ model, rows, how }) => `${how.padEnd(9)}  ${rows} row(s) of ${model}`,
    ),
    ...certificate.archives.map(
      ({ rows, removed, model, file }) =>
        `in file    ${rows} row(s) of ${model}, of which ${removed} went: ${file}`,
    ),
    certificate.isCutOff
      ? 'cut off    what it had not come to is left to another execution'
      : `held back  ${certificate.heldBack} row(s)`,
    '',
    `SHA-256 of the JSON without its field sha256: ${certificate.sha256}`,
    '',
  ].join('\n');
}
