import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient, type Database } from '../create-client.ts';
import { createSchemaDatabase, type SchemaDatabase } from '../testing/index.ts';
import { anonymous } from './actor.ts';
import { withActor } from './with-actor.ts';

const nobody = anonymous({ ip: null, userAgent: null, requestId: null, source: 'test' });
let database: SchemaDatabase;
let db: Database;

beforeAll(async () => {
  database = await createSchemaDatabase();
  db = createClient({ url: database.appUrl });
});

afterAll(async () => {
  await db.$disconnect();
  await database.drop();
});

it('a rule of the schema that a value breaks is named, without the value', async () => {
  const npi = 'secret-value';
  const act = withActor(db, nobody, (tx) =>
    tx.practitioner.create({ data: { name: 'X', npi }, select: { id: true } }),
  );
  const error: unknown = await act.catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    code: 'DATABASE.RULE_BROKEN',
    why: 'It breaks the rule practitioners_npi_form.',
  });
  expect(JSON.stringify(error)).not.toContain(npi);
});
