/** @module-tag slow */
import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTestDatabase, type TestDatabase } from '@holovitals/postgres/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSchemaEngine } from '../src/index.ts';

const here = fileURLToPath(new URL('..', import.meta.url));
const root = path.join(here, '../..');

const SCHEMA = `datasource db {
  provider = "postgresql"
}

generator client {
  provider        = "prisma-client"
  output          = "../client"
  previewFeatures = ["partialIndexes"]
}

model Customer {
  id     String  @id @default(uuid(7)) @db.Uuid
  email  String
  orders Order[]

  @@unique([email])
}

model Order {
  id         String   @id @default(uuid(7)) @db.Uuid
  customerId String   @db.Uuid
  customer   Customer @relation(fields: [customerId], references: [id])
  open       Boolean  @default(true)

  @@unique([customerId], map: "order_one_open", where: raw("(open = true)"))
  @@index([customerId])
}
`;

const BY_HAND = `-- What Prisma cannot say: a body with semicolons; 'quotes' too.
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  -- a comment; with a semicolon
  IF NEW.email = ';' THEN RAISE EXCEPTION 'no;'; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER touch BEFORE INSERT ON "Customer" FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE "Customer" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "Customer" ADD CONSTRAINT email_form CHECK (email LIKE '%@%');
CREATE INDEX customer_lower ON "Customer" (lower(email));
`;

let folder: string;
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  mkdirSync(path.join(here, 'node_modules/.tmp'), { recursive: true });
  folder = mkdtempSync(path.join(here, 'node_modules/.tmp/shop-'));
  mkdirSync(path.join(folder, 'prisma'));
  writeFileSync(path.join(folder, 'prisma/schema.prisma'), SCHEMA);
  writeFileSync(
    path.join(folder, 'prisma.config.mjs'),
    `export default {
       schema: 'prisma/schema.prisma',
       migrations: { path: 'prisma/migrations', seed: 'node -e "console.log(1)"' },
       datasource: { url: process.env.DATABASE_URL },
     };`,
  );
});

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await database.drop();
});

/** Runs the real `prisma` CLI over this engine. */
function prisma(args: readonly string[], options: { url?: string; input?: string } = {}) {
  return new Promise<{ code: number; output: string; stdout: string }>((resolve) => {
    const child = execFile(
      path.join(root, 'node_modules/.bin/prisma'),
      [...args, '--config', path.join(folder, 'prisma.config.mjs')],
      {
        cwd: folder,
        env: {
          ...process.env,
          CI: 'true',
          DATABASE_URL: options.url ?? database.url,
          PRISMA_SCHEMA_ENGINE_BINARY: path.join(here, 'bin/schema-engine.mjs'),
          PRISMA_USER_CONSENT_FOR_DANGEROUS_AI_ACTION: 'yes',
        },
      },
      (error, stdout, stderr) =>
        resolve({
          code: error === null ? 0 : Number(error.code ?? 1),
          output: stdout + stderr,
          stdout,
        }),
    );
    child.stdin?.end(options.input ?? '');
  });
}

function addMigration(name: string, sql: string): void {
  mkdirSync(path.join(folder, 'prisma/migrations', name), { recursive: true });
  writeFileSync(path.join(folder, 'prisma/migrations', name, 'migration.sql'), sql);
}

describe('the prisma CLI over the WASM engine', () => {
  it('validates and formats without a server', async () => {
    expect(await prisma(['validate'])).toMatchObject({ code: 0 });
    expect(await prisma(['format'])).toMatchObject({ code: 0 });
  });

  it('writes a schema’s SQL offline', async () => {
    const run = await prisma([
      'migrate',
      'diff',
      '--from-empty',
      '--to-schema',
      'prisma/schema.prisma',
      '--script',
    ]);
    expect(run.code).toBe(0);
    expect(run.output).toContain('CREATE TABLE "Customer"');
    mkdirSync(path.join(folder, 'prisma/migrations'), { recursive: true });
    writeFileSync(
      path.join(folder, 'prisma/migrations/migration_lock.toml'),
      'provider = "postgresql"\n',
    );
    addMigration('20260101000000_first', run.stdout);
  });

  it('deploys, also functions with semicolons and an index built concurrently', async () => {
    addMigration('20260102000000_by_hand', BY_HAND);
    addMigration(
      '20260103000000_index',
      'CREATE INDEX CONCURRENTLY customer_email ON "Customer" (email text_pattern_ops);\n',
    );
    expect((await prisma(['migrate', 'status'])).output).toContain('not yet been applied');
    expect(await prisma(['migrate', 'deploy'])).toMatchObject({ code: 0 });
    expect((await prisma(['migrate', 'status'])).output).toContain('up to date');
  });

  it('sees no drift in what was made by hand', async () => {
    const diff = await prisma([
      'migrate',
      'diff',
      '--from-config-datasource',
      '--to-schema',
      'prisma/schema.prisma',
      '--script',
    ]);
    expect(diff.output.match(/(CREATE|ALTER|DROP) \w+ "?\w+/g) ?? []).toEqual([
      'DROP INDEX "customer_email',
    ]);
  });

  it('marks a failed migration as rolled back, and goes on', async () => {
    addMigration('20260104000000_bad', 'CREATE TABLE half (id int);\nSELECT 1 / 0;\n');
    expect((await prisma(['migrate', 'deploy'])).output).toContain('division by zero');
    expect((await prisma(['migrate', 'deploy'])).output).toContain('P3009');
    expect(
      await prisma(['migrate', 'resolve', '--rolled-back', '20260104000000_bad']),
    ).toMatchObject({ code: 0 });
    rmSync(path.join(folder, 'prisma/migrations/20260104000000_bad'), { recursive: true });
    expect(await prisma(['migrate', 'deploy'])).toMatchObject({ code: 0 });
  });

  it('pulls, executes and seeds', async () => {
    const pulled = await prisma(['db', 'pull', '--print']);
    expect(pulled.output).toContain('model Customer');
    expect(
      await prisma(['db', 'execute', '--stdin'], { input: 'select 1; select 2;' }),
    ).toMatchObject({ code: 0 });
    expect(await prisma(['db', 'seed'])).toMatchObject({ code: 0 });
  });

  it('pushes into an empty database, and creates one that is missing', async () => {
    const other = new URL(database.url);
    other.pathname = `${other.pathname}_pushed`;
    const run = await prisma(['db', 'push'], { url: other.toString() });
    expect(run.output).toContain('in sync');
    const drop = `DROP DATABASE "${other.pathname.slice(1)}" WITH (FORCE);`;
    expect(await prisma(['db', 'execute', '--stdin'], { input: drop })).toMatchObject({ code: 0 });
  });

  it('resets and applies the history again', async () => {
    const run = await prisma(['migrate', 'reset', '--force']);
    expect(run.output).toContain('20260102000000_by_hand');
    expect(run.code).toBe(0);
  });

  it('writes the change of a schema as a migration, and nothing of its partial indexes', async () => {
    const schema = path.join(folder, 'prisma/schema.prisma');
    writeFileSync(schema, SCHEMA.replace('email  String\n', 'email  String\n  note   String?\n'));
    const run = await prisma(['migrate', 'dev', '--name', 'add_note']);
    expect(run).toMatchObject({ code: 0 });
    const [name = ''] = readdirSync(path.join(folder, 'prisma/migrations')).filter((entry) =>
      entry.endsWith('_add_note'),
    );
    const file = path.join(folder, 'prisma/migrations', name, 'migration.sql');
    const sql = readFileSync(file, 'utf8');
    expect(sql).toContain('ADD COLUMN     "note" TEXT');
    expect(sql).not.toContain('order_one_open');
    expect((await prisma(['migrate', 'dev', '--name', 'again'])).output).toContain('in sync');
  });

  it('warns of the constraint that a change adds, and of no other', async () => {
    const schema = path.join(folder, 'prisma/schema.prisma');
    const noted = SCHEMA.replace('email  String\n', 'email  String\n  note   String?\n');
    writeFileSync(
      schema,
      noted.replace('@@unique([email])', '@@unique([email])\n  @@unique([note])'),
    );
    const run = await prisma(['migrate', 'dev', '--name', 'unique_note']);
    writeFileSync(schema, noted);
    expect(run.output).toContain('covering the columns `[note]`');
    expect(run.output).not.toContain('customerId');
    // The CLI asks before it goes on, and here is nobody to answer.
    expect(run.code).not.toBe(0);
  });

  it('tells of a wrong password without showing it', async () => {
    const wrong = new URL(database.url);
    wrong.password = 'not-the-one';
    const run = await prisma(['migrate', 'status'], { url: wrong.toString() });
    expect(run.output).toContain('P1000');
    expect(run.output).not.toContain('not-the-one');
  });

  it('downloads nothing', () => {
    expect(existsSync(path.join(root, 'node_modules/@prisma/engines/schema-engine'))).toBe(false);
    expect(readdirSync(path.join(folder, 'prisma/migrations')).length).toBeGreaterThan(2);
  });
});

describe('openSchemaEngine', () => {
  const files = [{ path: 'schema.prisma', content: SCHEMA }];

  it('compares a replayed history with a schema, and leaves no shadow database', async () => {
    const engine = await openSchemaEngine({ url: database.url });
    const sql = await engine.diff({ kind: 'empty' }, { kind: 'schema', files });
    const history = { kind: 'history' as const, migrations: [{ name: '20260101000000_x', sql }] };
    expect(await engine.isSame(history, { kind: 'schema', files })).toBe(true);
    expect(await engine.isSame({ kind: 'empty' }, { kind: 'schema', files })).toBe(false);
    await engine.close();
  });

  it('refuses a shadow database that is the target', async () => {
    const { url } = database;
    await expect(openSchemaEngine({ url, shadowUrl: url })).rejects.toMatchObject({
      code: 'ENGINE.SHADOW_IS_TARGET',
    });
  });
});
