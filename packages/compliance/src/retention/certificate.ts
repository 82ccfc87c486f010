import { createHash } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Session } from '../command/package-command.ts';
import type { RetentionPolicy } from './read-policies.ts';

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
  readonly archives: readonly {
    readonly model: string;
    readonly rows: number;
    readonly file: string;
  }[];
  /** Rows whose period was over and that were kept: holds, minors, longer rules, rows that name them. */
  readonly heldBack: number;
}

/** A certificate with the SHA-256 of its JSON without this field, in hex. */
export interface SealedCertificate extends Certificate {
  readonly sha256: string;
}

const TECHNIQUE =
  'Rows deleted through the database, committed with their audit rows, and their tables vacuumed. Copies in backups and in the write-ahead log end with those.';

/** Makes the certificate of an execution from what its transactions left in the audit trail. */
export async function makeCertificate(
  session: Session,
  run: Pick<
    Certificate,
    'executionId' | 'policy' | 'startedAt' | 'finishedAt' | 'cutoff' | 'approvedById' | 'heldBack'
  >,
): Promise<SealedCertificate> {
  const { rows } = await session.query<{
    model: string;
    action: string;
    reason: string;
    rows: number;
  }>(
    `select resource_type as model, action, reason, sum(record_count)::int as rows from audit_logs
     where event_type = 'RETENTION' and "timestamp" >= $1::timestamptz - interval '1 minute' and request_id = $2
     group by resource_type, action, reason order by reason, resource_type`,
    [run.startedAt, run.executionId],
  );
  const of = (action: string) => rows.filter((row) => row.action === action);
  const certificate: Certificate = {
    title: 'Certificate of destruction',
    executionId: run.executionId,
    policy: run.policy,
    startedAt: run.startedAt,
    finishedAt: run.finishedAt,
    cutoff: run.cutoff,
    approvedById: run.approvedById,
    method: { term: 'Clear', technique: TECHNIQUE, standard: 'NIST SP 800-88 Rev. 1' },
    removed: of('D').map(({ model, rows: count, reason }) => ({ model, rows: count, how: reason })),
    archives: of('E').map(({ model, rows: count, reason }) => ({
      model,
      rows: count,
      file: reason,
    })),
    heldBack: run.heldBack,
  };
  return {
    ...certificate,
    sha256: createHash('sha256').update(JSON.stringify(certificate)).digest('hex'),
  };
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
      ({ rows, model, file }) => `in file    ${rows} row(s) of ${model}: ${file}`,
    ),
    `held back  ${certificate.heldBack} row(s)`,
    '',
    `SHA-256 of the JSON without its field sha256: ${certificate.sha256}`,
    '',
  ].join('\n');
}
