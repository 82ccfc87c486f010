// Reads every audit row of a database in portions, as a reader who knows no keys, and hashes each.
// `hash-rows.mjs seq|row`: the number and the hash alone, or the whole row.
import { createHash } from 'node:crypto';
import pg from 'pg';

const PORTION = 10_000;
const columns = process.argv[2] === 'seq' ? 'shard, seq, hash' : '*';
const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
await client.connect();
await client.query('begin');
await client.query(
  `declare trail no scroll cursor for select ${columns} from audit_logs order by shard, seq`,
);
let [count, sum] = [0, ''];
for (;;) {
  const { rows } = await client.query(`fetch ${PORTION} from trail`);
  if (rows.length === 0) break;
  for (const row of rows) {
    const text = columns === '*' ? JSON.stringify(row) : `${row.shard} ${row.seq} ${row.hash}`;
    sum = createHash('sha256').update(sum).update(text).digest('hex');
  }
  count += rows.length;
}
await client.end();
process.stdout.write(`${count} ${sum}\n`);
