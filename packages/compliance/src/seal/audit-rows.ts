import { manifestEnums, manifestModels } from '@holovitals/database';
import type { AuditContent } from '../audit/audit-hash.ts';
import { quoteName, type Session } from '../command/package-command.ts';

/** Rows of one shard, by their sequence numbers, both included. */
export interface RowRange {
  readonly shard: number;
  readonly from: bigint;
  readonly to: bigint;
  readonly limit: number;
  /** Of the rows numbered `from`, those behind this id. */
  readonly after?: string;
}

/** What a tree is made of. */
export interface RowHash {
  readonly seq: bigint;
  readonly hash: Buffer;
}

/** A whole row, as it was hashed. */
export interface AuditRow extends RowHash {
  readonly id: string;
  readonly at: Date;
  readonly keyVersion: number;
  readonly content: AuditContent & { readonly hash: Buffer };
}

/** Reads numbers and hashes of rows, in the order of their numbers. */
export async function readRowHashes(session: Session, range: RowRange): Promise<RowHash[]> {
  const rows = await readRange<{ seq: string; hash: Buffer }>(session, 'seq::text, hash', range);
  return rows.map(({ seq, hash }) => ({ seq: BigInt(seq), hash }));
}

/** Reads whole rows, in the order of their numbers. */
export async function readAuditRows(session: Session, range: RowRange): Promise<AuditRow[]> {
  const fields = manifestModels().get('AuditLog')?.fields ?? [];
  const columns = fields.map(({ name, column }) => `${quoteName(column)} as ${quoteName(name)}`);
  const rows = await readRange<Record<string, unknown>>(session, columns.join(', '), range);
  return rows.map((row) => {
    const content = Object.fromEntries(
      fields.map(({ name, type }) => [name, enumName(type, row[name])]),
    ) as unknown as AuditRow['content'];
    return {
      seq: BigInt(String(row['seq'])),
      hash: content.hash,
      id: String(row['id']),
      at: row['timestamp'] as Date,
      keyVersion: Number(row['keyVersion']),
      content,
    };
  });
}

async function readRange<Row extends object>(
  session: Session,
  columns: string,
  { shard, from, to, limit, after }: RowRange,
): Promise<Row[]> {
  const { rows } = await session.query<Row>(
    `select ${columns} from audit_logs
     where shard = $1 and seq >= $2::bigint and seq <= $3::bigint
       and ($5::uuid is null or audit_logs.seq > $2::bigint or audit_logs.id > $5::uuid)
     order by audit_logs.seq, audit_logs.id limit $4`,
    [shard, String(from), String(to), limit, after ?? null],
  );
  return rows;
}

/** The client's name of an enum's value: hashes are made from it. */
function enumName(type: string, value: unknown): unknown {
  const values = manifestEnums().get(type)?.values;
  return values?.find(({ databaseName }) => databaseName === value)?.name ?? value;
}
