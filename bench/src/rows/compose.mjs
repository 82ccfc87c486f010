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
import { fileURLToPath } from 'node:url';
import { runProcess } from '../run-process.mjs';
import { root } from '../workspace.mjs';

const composer = path.join(root, 'tooling/schema-composer/bin/schema-composer.mjs');
const peerProgram = fileURLToPath(new URL('../peers/prisma-merge.mjs', import.meta.url));

const row = {
  peer: 'Prisma’s own merge and validate of the same models',
  aim: { atMost: 0.6 },
};

/** The platform's own schema. The peer gets what ours has composed, since it knows no inverses. */
export const compose = {
  ...row,
  name: 'compose',
  what: 'compose and validate the 92 models, whole process',
  prepare: () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'bench-compose-'));
    const composed = path.join(root, 'packages/database/prisma/schema.prisma');
    const merged = path.join(folder, 'merged');
    cpSync(composed, path.join(merged, 'schema.prisma'));
    return sides(root, merged, folder);
  },
};

/** A workspace of ten domains with a hundred models each. */
export const composeThousand = {
  ...row,
  name: 'compose-1000',
  what: 'the same with 1,000 models of ten domains',
  prepare: () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'bench-compose-'));
    writeWorkspace(folder);
    const merged = path.join(folder, 'merged');
    cpSync(
      path.join(folder, 'packages/database/prisma/base.prisma'),
      path.join(merged, 'base.prisma'),
    );
    for (const name of readdirSync(path.join(folder, 'packages'))) {
      const fragments = path.join(folder, 'packages', name, 'prisma');
      if (name !== 'database') cpSync(fragments, path.join(merged, name), { recursive: true });
    }
    return sides(folder, merged, folder);
  },
};

function sides(workspace, merged, folder) {
  const out = path.join(folder, 'out');
  return {
    ours: () => runProcess(process.execPath, [composer, '--root', workspace, '--out', out]),
    peer: () => runProcess(process.execPath, [peerProgram, merged]),
    close: () => rmSync(folder, { recursive: true }),
  };
}

function writeWorkspace(folder) {
  const write = (file, text) => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  };
  for (const file of ['schema.config.json', 'pnpm-workspace.yaml']) {
    write(file, readFileSync(path.join(root, file), 'utf8'));
  }
  write('package.json', JSON.stringify({ name: 'thousand', private: true }));
  const base = readFileSync(path.join(root, 'packages/database/prisma/base.prisma'), 'utf8');
  write('packages/database/prisma/base.prisma', base);
  write('packages/database/package.json', JSON.stringify({ name: '@thousand/database' }));
  const config = JSON.parse(readFileSync(path.join(root, 'schema.config.json'), 'utf8'));
  write(
    'schema.config.json',
    JSON.stringify({ ...config, noCascadeInto: { classifications: [], models: [] } }),
  );
  for (let domain = 0; domain < 10; domain += 1) {
    const name = `part${domain}`;
    write(
      `packages/${name}/package.json`,
      JSON.stringify({ name: `@thousand/${name}`, schemaDomain: name }),
    );
    const models = Array.from({ length: 100 }, (_, index) => modelOf(domain, index));
    write(`packages/${name}/prisma/models.prisma`, models.join('\n'));
  }
}

function modelOf(domain, index) {
  const name = `Part${domain}Item${index}`;
  const parent = `Part${domain}Item${index - 1}`;
  const fields = Array.from(
    { length: 12 },
    (_, field) => `  value${field} String? @map("value_${field}")`,
  );
  const relation =
    index === 0
      ? []
      : [
          '  parentId String? @map("parent_id") @db.Uuid',
          `  parent ${parent}? @relation("${name}Parent", fields: [parentId], references: [id], onDelete: Restrict, onUpdate: Restrict)`,
          '  @@index([parentId])',
        ];
  const inverse =
    index === 99
      ? []
      : [
          `  children Part${domain}Item${index + 1}[] @relation("Part${domain}Item${index + 1}Parent")`,
        ];
  return [
    `/// Item ${index} of part ${domain}.`,
    '/// @public',
    `model ${name} {`,
    '  id String @id @default(uuid(7)) @db.Uuid',
    ...fields,
    ...relation.slice(0, 2),
    ...inverse,
    ...relation.slice(2),
    `  @@map("part_${domain}_items_${index}")`,
    '}',
    '',
  ].join('\n');
}
