import type { Session } from '../command/package-command.ts';
import type { Checkpoint } from './checkpoint.ts';

/** Reads a checkpoint as {@link Checkpoint}; what cannot be one fails its schema. */
const COLUMNS = `id, shard, first_seq::text as "firstSeq", head_seq::text as "headSeq",
  encode(head_hash, 'hex') as "headHash",
  to_char(closed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "closedAt",
  batch_id as "batchId", least(tree_size, 2147483647)::int as "treeSize", encode(root_hash, 'hex') as "rootHash",
  encode(previous_root, 'hex') as "previousRoot", key_id as "keyId",
  encode(signature, 'hex') as signature`;

/** The last closed checkpoint of each shard. */
export async function readHeads(session: Session): Promise<Map<number, Checkpoint>> {
  const { rows } = await session.query<Checkpoint>(
    `select ${COLUMNS} from generate_series(0, 255) as shards (of),
       lateral (select * from audit_checkpoints
         where shard = shards.of and closed_at is not null order by first_seq desc limit 1) as last`,
  );
  return new Map(rows.map((head) => [head.shard, head]));
}

/** Closed checkpoints of a shard from a sequence number on, in their order. */
export async function readCheckpoints(
  session: Session,
  { shard, after, limit }: { shard: number; after: string; limit: number },
): Promise<Checkpoint[]> {
  const { rows } = await session.query<Checkpoint>(
    `select ${COLUMNS} from audit_checkpoints
     where shard = $1 and first_seq > $2::bigint and closed_at is not null
     order by first_seq limit $3`,
    [shard, after, limit],
  );
  return rows;
}

/** The checkpoints with these ids. */
export async function findCheckpoints(
  session: Session,
  ids: readonly string[],
): Promise<Map<string, Checkpoint>> {
  const { rows } = await session.query<Checkpoint>(
    `select ${COLUMNS} from audit_checkpoints where id = any ($1::uuid[]) and closed_at is not null`,
    [ids],
  );
  return new Map(rows.map((found) => [found.id, found]));
}

/** Checkpoints whose copy outside the database has no receipt yet, the oldest first. */
export async function readUncopied(session: Session, limit: number): Promise<Checkpoint[]> {
  const { rows } = await session.query<Checkpoint>(
    `select ${COLUMNS} from audit_checkpoints
     where closed_at is not null and external_receipt is null order by closed_at, shard limit $1`,
    [limit],
  );
  return rows;
}

/** Keeps where the copy of a checkpoint lies; once. */
export async function keepReceipts(
  session: Session,
  receipts: readonly { readonly id: string; readonly receipt: string }[],
): Promise<void> {
  await session.query(
    `update audit_checkpoints set external_receipt = given.receipt
     from jsonb_to_recordset($1::jsonb) as given (id uuid, receipt text)
     where audit_checkpoints.id = given.id and external_receipt is null`,
    [JSON.stringify(receipts)],
  );
}

/** Stores closed checkpoints. */
export async function insertCheckpoints(
  session: Session,
  checkpoints: readonly Checkpoint[],
): Promise<void> {
  await session.query(
    `insert into audit_checkpoints (id, shard, first_seq, head_seq, head_hash, opened_at, closed_at,
       batch_id, tree_size, root_hash, previous_root, signature, key_id)
     select id, shard, "firstSeq", "headSeq", decode("headHash", 'hex'), "closedAt", "closedAt",
       "batchId", "treeSize", decode("rootHash", 'hex'), decode("previousRoot", 'hex'),
       decode(signature, 'hex'), "keyId"
     from jsonb_to_recordset($1::jsonb) as given (id uuid, shard smallint, "firstSeq" bigint,
       "headSeq" bigint, "headHash" text, "closedAt" timestamptz, "batchId" uuid, "treeSize" bigint,
       "rootHash" text, "previousRoot" text, signature text, "keyId" uuid)`,
    [JSON.stringify(checkpoints)],
  );
}
