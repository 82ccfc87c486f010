import { expect, it } from 'vitest';
import { openSchemaEngine } from './open-schema-engine.ts';

const schema = String.raw`datasource db {
  provider = "postgresql"
}
// It's "odd".
enum Mood {
  A @map("it's \"so\"")
  @@map("mo\"od")
}
model Item {
  id   Int    @id(map: "p'k")
  mood Mood   @default(A) @map("'m\"")
  text String @default("it's \"text\"") @map("'; --")
  @@index([mood], map: "\"ix\"")
  @@map("\"; drop table x; --")
}
`;

it('writes quotes in names as SQL has them, and leaves texts alone', { tags: 'slow' }, async () => {
  const engine = await openSchemaEngine();
  const files = [{ path: 'schema.prisma', content: schema }];
  const sql = await engine.diff({ kind: 'empty' }, { kind: 'schema', files });
  await engine.close();
  expect(sql).toContain(`CREATE TYPE "mo""od" AS ENUM ('it''s "so"');`);
  expect(sql).toContain(`CREATE TABLE """; drop table x; --" (`);
  expect(sql).toContain(`"'m""" "mo""od" NOT NULL DEFAULT 'it''s "so"',`);
  expect(sql).toContain(`"'; --" TEXT NOT NULL DEFAULT 'it''s "text"',`);
  expect(sql).toContain(`CONSTRAINT "p'k" PRIMARY KEY ("id")`);
  expect(sql).toContain(`CREATE INDEX """ix""" ON """; drop table x; --"("'m""");`);
});
