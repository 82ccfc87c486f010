import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from '../workspace.mjs';
import { partsWorkspace } from './parts-workspace.mjs';

const composer = path.join(root, 'tooling/schema-composer/bin/schema-composer.mjs');

const FILES = {
  ...partsWorkspace('small'),
  'packages/parts/prisma/parts.prisma': `/// A part.
/// @open
model Part {
  id   String @id @default(uuid(7)) @db.Uuid
  name String

  @@map("parts")
}
`,
  'packages/parts/sql/counted.sql': `-- How many there are.
-- @needs Part
create or replace function counted() returns bigint
language sql stable set search_path = public as $$ select count(*) from parts $$;
`,
};

/** Makes a workspace with a long history of small migrations; answers its folder and how to remove it. */
export function openSmallMigrations(count) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'small-migrations-'));
  const write = (file, text) => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  };
  for (const [file, text] of Object.entries(FILES)) write(file, text);
  for (let index = 0; index < count; index += 1) {
    const name = `${20_200_101_000_000 + index}_step_${index}`;
    write(`db/migrations/${name}/migration.sql`, `${migrationAt(index)}\n`);
  }
  execFileSync(process.execPath, [composer, '--root', folder], { stdio: 'ignore' });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Of each four, one makes a table, and the others change it: what histories are made of. */
function migrationAt(index) {
  if (index === 0) return 'create table parts (id uuid primary key, name text not null);';
  const table = `t${Math.floor((index - 1) / 4)}`;
  return [
    `create table ${table} (id uuid primary key, name text not null, made_at timestamptz not null);`,
    `alter table ${table} add column note text;`,
    `create index ${table}_name_idx on ${table} (name);`,
    `alter table ${table} rename column note to remark;`,
  ][(index - 1) % 4];
}
