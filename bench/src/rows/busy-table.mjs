import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { root } from '../workspace.mjs';
import { createTestDatabase, environmentOf, migrator, prisma } from './databases.mjs';
import { partsWorkspace } from './parts-workspace.mjs';

const FILL = `insert into owners select n from generate_series(1, 1000) n;
  insert into parts (id, code, size, owner_id, touched)
  select n, 'code ' || n, n % 1000, 1 + n % 1000, 0 from generate_series(1, $ROWS) n;
  analyze parts`;

const schema = (changed = {}) => `/// Who has parts.
/// @open
model Owner {
  id    Int    @id
${changed.owner ?? ''}
  @@map("owners")
}

/// A part.
/// @open
${changed.check ?? ''}model Part {
  id      Int    @id
  code    String
  size    ${changed.size ?? 'Int?'}
  ownerId Int    @map("owner_id")
  touched Int
${changed.note ?? '  note    String?'}
${changed.part ?? ''}
  @@index([ownerId])
  @@map("parts")
}
`;

/**
 * The changes that are measured: what is other in the schema, what `migrator dev` must be told, what
 * it writes no other form for and must be allowed, and what Prisma has no word for.
 */
export const CHANGES = {
  index: { part: '\n  @@index([size])' },
  unique: { part: '\n  @@unique([code])' },
  'foreign-key': {
    owner: '  parts Part[]',
    part: '  owner   Owner  @relation(fields: [ownerId], references: [id], onDelete: Restrict, onUpdate: NoAction)\n',
  },
  required: { size: 'Int ' },
  check: {
    check: '/// @check parts_size_positive: size >= 0\n',
    byHand: 'ALTER TABLE "parts" ADD CONSTRAINT "parts_size_positive" CHECK (size >= 0);\n',
  },
  'column-removed': { note: '', told: ['--accept-data-loss'] },
  type: { size: 'BigInt?', allowed: 'type-change-rewrites' },
  rename: { note: '  remark  String?', told: ['--rename', 'parts.note=remark'] },
};

/**
 * Makes a database with a large table, and two folders with the same history up to it: in one the
 * change as `migrator dev` writes it, in the other as `prisma migrate diff` does.
 */
export async function openBusyTable(change, rows) {
  const ours = mkdtempSync(path.join(os.tmpdir(), 'busy-table-'));
  const peer = `${ours}-peer`;
  const database = await createTestDatabase();
  const env = environmentOf(database.url);
  const run = (folder, ...args) =>
    execFileSync(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const write = (folder, file, text) => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  };
  for (const [file, text] of Object.entries(partsWorkspace('busy'))) write(ours, file, text);
  const fragment = 'packages/parts/prisma/parts.prisma';
  write(ours, fragment, schema());
  run(ours, migrator, 'dev', '--name', 'first');
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(FILL.replace('$ROWS', String(rows))).finally(() => client.end());
  write(ours, fragment, schema(CHANGES[change]));
  run(ours, path.join(root, 'tooling/schema-composer/bin/schema-composer.mjs'), '--root', ours);
  cpSync(ours, peer, { recursive: true });
  const diff = ['--from-config-datasource', '--to-schema', 'db/schema.prisma', '--script'];
  const script = CHANGES[change].byHand ?? run(peer, prisma, 'migrate', 'diff', ...diff).toString();
  write(peer, `db/migrations/${after(peer)}_change/migration.sql`, script);
  const { told = [], allowed } = CHANGES[change];
  run(ours, migrator, 'dev', '--name', 'change', '--create-only', ...told);
  if (allowed !== undefined) {
    allow(ours, allowed);
    run(ours, migrator, 'seal');
  }
  return {
    ...{ database, ours, peer },
    async remove() {
      for (const folder of [ours, peer]) rmSync(folder, { recursive: true, force: true });
      await database.drop();
    },
  };
}

/** Allows what a rule refuses, as somebody who has no other time for it would. */
function allow(folder, rule) {
  const newest = readdirSync(path.join(folder, 'db/migrations'))
    .filter((name) => /^\d/.test(name))
    .sort()
    .at(-1);
  const file = path.join(folder, 'db/migrations', newest, 'migration.sql');
  const script = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    script.replaceAll(/^ALTER TABLE/gm, `-- lint-allow ${rule}: measured\nALTER TABLE`),
  );
}

/** A second after the newest migration. */
function after(folder) {
  const [newest] = readdirSync(path.join(folder, 'db/migrations')).sort();
  return BigInt(newest.slice(0, 14)) + 1n;
}
