import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClient, type Database } from '../create-client.ts';
import { createSchemaDatabase, type SchemaDatabase } from '../testing/index.ts';

const encryptionKey = randomBytes(32).toString('hex');

let database: SchemaDatabase;
let owner: pg.Client;
/** As the owner, since row security is not what is tested here. */
let db: Database;

beforeAll(async () => {
  database = await createSchemaDatabase();
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  db = createClient({ url: database.url, encryptionKey });
});

afterAll(async () => {
  await db.$disconnect();
  await owner.end();
  await database.drop();
});

async function stored(id: string): Promise<Record<string, unknown>> {
  const { rows } = await owner.query('select * from patients where id = $1', [id]);
  return rows[0] as Record<string, unknown>;
}

const refused = { code: 'DATABASE.ENCRYPTED_FIELD_REFUSED' };

describe('a client with an encryption key', () => {
  it('writes ciphertext and reads plain text', async () => {
    const made = await db.patient.create({ data: { family: 'Zykorra', mrn: 'A-1001' } });
    expect(made).toMatchObject({ family: 'Zykorra', mrn: 'A-1001', given: null });
    const row = await stored(made.id);
    expect(row['family']).toMatch(/^hv1\.1\./);
    expect(JSON.stringify(row)).not.toContain('Zykorra');
    expect(await db.patient.findUnique({ where: { id: made.id } })).toMatchObject({
      family: 'Zykorra',
    });
  });

  it.each([
    [
      'an object without a prototype',
      Object.assign(Object.create(null) as object, { family: 'Bare' }),
    ],
    [
      'an instance of a class',
      new (class {
        family = 'Bare';
      })(),
    ],
  ])('encrypts what %s holds', async (_, data) => {
    const nested = { patient: { create: data }, system: 'urn:bare', valueCiphertext: 'Bare' };
    const { id } = await db.patient.create({ data });
    const { patientId } = await db.patientIdentifier.create({
      data: Object.assign<object, typeof nested>(Object.create(null) as object, nested),
    });
    for (const row of [await stored(id), await stored(patientId)]) {
      expect(row['family']).toMatch(/^hv1\./);
    }
    const { rows } = await owner.query<{ value_ciphertext: string }>(
      `delete from patient_identifiers where system = 'urn:bare' returning value_ciphertext`,
    );
    expect(rows[0]?.value_ciphertext).toMatch(/^hv1\./);
  });

  it('keeps null null, and an empty text is a value', async () => {
    const made = await db.patient.create({ data: { family: '', given: null } });
    expect(await stored(made.id)).toMatchObject({ given: null, given_blind_index: [] });
    expect((await stored(made.id))['family']).toMatch(/^hv1\./);
    expect(await db.patient.findUnique({ where: { id: made.id } })).toMatchObject({ family: '' });
  });

  it('encrypts and decrypts at every depth of nested writes and includes', async () => {
    const made = await db.patient.create({
      data: {
        family: 'Nested',
        identifiers: {
          create: {
            system: 'urn:a',
            valueCiphertext: 'ID-1',
            assigner: {
              create: {
                name: 'Assigner',
                kind: 'PROVIDER',
                oidcIssuer: 'https://login.example',
                clientId: 'client',
                clientSecretCiphertext: 'deep secret',
              },
            },
          },
          createMany: { data: [{ system: 'urn:b', valueCiphertext: 'ID-2' }] },
        },
      },
      include: {
        identifiers: {
          orderBy: { system: 'asc' },
          select: { valueCiphertext: true, assigner: { select: { clientSecretCiphertext: true } } },
        },
      },
    });
    expect(made).toMatchObject({
      family: 'Nested',
      identifiers: [
        { valueCiphertext: 'ID-1', assigner: { clientSecretCiphertext: 'deep secret' } },
        { valueCiphertext: 'ID-2', assigner: null },
      ],
    });
    await db.patient.update({
      where: { id: made.id },
      data: { identifiers: { create: { system: 'urn:c', valueCiphertext: 'ID-3' } } },
    });
    const third = { system: 'urn:c', valueCiphertext: 'id3' };
    expect(await db.patientIdentifier.findFirst({ where: third })).toMatchObject({
      valueCiphertext: 'ID-3',
    });
  });

  it('reads a selection without the id, and does not show it', async () => {
    const { id } = await db.patient.create({
      data: {
        family: 'Select',
        identifiers: { create: { system: 'urn:s', valueCiphertext: 'S' } },
      },
    });
    const row = await db.patient.findUnique({
      where: { id },
      select: { family: true, identifiers: { select: { valueCiphertext: true } } },
    });
    expect(row).toEqual({ family: 'Select', identifiers: [{ valueCiphertext: 'S' }] });
    const omitted = await db.patient.findUnique({ where: { id }, omit: { id: true } });
    expect(omitted).not.toHaveProperty('id');
    expect(omitted).toMatchObject({ family: 'Select' });
    expect(await db.patient.findUnique({ where: { id } }).identifiers()).toMatchObject([
      { valueCiphertext: 'S' },
    ]);
  });

  it('updates, upserts and clears', async () => {
    const { id } = await db.patient.create({ data: { family: 'Before' } });
    await db.patient.update({ where: { id }, data: { family: { set: 'After' }, given: 'Ann' } });
    expect(await db.patient.findFirst({ where: { family: 'after' } })).toMatchObject({ id });
    expect(await db.patient.findFirst({ where: { family: 'Before' } })).toBeNull();
    await db.patient.update({ where: { id }, data: { family: null } });
    expect(await stored(id)).toMatchObject({ family: null, family_blind_index: [] });
    const other = '018f0000-0000-7000-8000-0000000000AA';
    for (const family of ['New', 'Newer']) {
      const row = await db.patient.upsert({
        where: { id: other },
        create: { family },
        update: { family },
      });
      expect(row).toMatchObject({ id: other.toLowerCase(), family });
    }
  });

  it('creates many, and answers them', { tags: 'slow' }, async () => {
    const names = Array.from({ length: 2_000 }, (_, index) => `Many ${index}`);
    const rows = await db.patient.createManyAndReturn({
      data: names.map((family) => ({ family })),
      select: { family: true },
    });
    expect(rows.map(({ family }) => family)).toEqual(names);
  });

  it('works in interactive and in batch transactions', async () => {
    const id = await db.$transaction(async (tx) => {
      const made = await tx.patient.create({ data: { family: 'Inter' } });
      expect(await tx.patient.findUnique({ where: { id: made.id } })).toMatchObject({
        family: 'Inter',
      });
      return made.id;
    });
    const [updated, read] = await db.$transaction([
      db.patient.update({ where: { id }, data: { family: 'Batch' } }),
      db.patient.findUnique({ where: { id } }),
    ]);
    expect([updated.family, read?.family]).toEqual(['Batch', 'Batch']);
  });

  it('encrypts bytes', async () => {
    const content = new Uint8Array([0, 1, 2, 255, 0]);
    const made = await db.fHIRResource.create({
      data: {
        resourceType: 'Observation',
        fhirId: 'o-1',
        versionNo: 1,
        contentCiphertext: content,
        contentHash: new Uint8Array(32),
        connection: {
          create: {
            provider: 'EPIC',
            patient: { create: { family: 'Bytes' } },
            configuration: {
              create: { provider: 'EPIC', fhirBaseUrl: 'https://fhir.example/r4' },
            },
          },
        },
      },
    });
    expect(made.contentCiphertext).toEqual(content);
    const { rows } = await owner.query<{ head: string }>(
      `select encode(substring(content_ciphertext for 4), 'hex') as head from fhir_resources`,
    );
    expect(rows).toEqual([{ head: '48563100' }]);
  });
});

describe('searching encrypted fields', () => {
  it('finds equal values however they are written', async () => {
    const { id } = await db.patient.create({
      data: { mrn: 'MR 77-12a', family: "O'Née-Lange", given: 'Zoë Ann' },
    });
    const found = async (where: object) =>
      (await db.patient.findMany({ where })).map((row) => row.id).includes(id);
    expect(await found({ mrn: 'mr7712A' })).toBe(true);
    expect(await found({ mrn: { in: ['x', 'MR7712A'] } })).toBe(true);
    expect(await found({ family: 'onee lange' })).toBe(true);
    expect(await found({ family: 'Lange' })).toBe(true);
    expect(await found({ family: 'Lang' })).toBe(false);
    expect(await found({ given: 'ZOE' })).toBe(true);
    expect(await found({ NOT: { given: 'ZOE' } })).toBe(false);
    expect(await found({ given: { not: 'ZOE' } })).toBe(false);
    expect(await found({ given: { not: 'Bob' } })).toBe(true);
    expect(await found({ given: { notIn: ['Bob', 'Zoe'] } })).toBe(false);
    expect(await found({ OR: [{ mrn: 'nope' }, { AND: [{ given: 'ann' }] }] })).toBe(true);
    expect(await found({ family: '--' })).toBe(false);
    expect(await found({ given: { in: [] } })).toBe(false);
    expect(await found({ given: { notIn: [] } })).toBe(true);
    expect(await found({ ssn: null })).toBe(true);
    expect(await found({ mrn: { not: null } })).toBe(true);
    const prefixes = [await db.$codec.namePart('Patient', 'family', 'Langdon')];
    expect(await found({ familyBlindIndex: { hasEvery: prefixes } })).toBe(true);
  });

  it('finds by a relation’s encrypted field', async () => {
    const { id } = await db.patient.create({
      data: { identifiers: { create: { system: 'urn:rel', valueCiphertext: 'REL-9' } } },
    });
    const rows = await db.patient.findMany({
      where: { identifiers: { some: { system: 'urn:rel', valueCiphertext: 'rel9' } } },
    });
    expect(rows.map((row) => row.id)).toEqual([id]);
    expect(
      await db.patientIdentifier.count({
        where: { patient: { is: { id } }, valueCiphertext: 'x' },
      }),
    ).toBe(0);
  });

  // The compiler refuses them too: each expectation of an error is itself checked.
  it.each<[string, () => Promise<unknown>]>([
    // @ts-expect-error: ciphertext holds no parts
    ['contains', () => db.patient.findMany({ where: { family: { contains: 'x' } } })],
    // @ts-expect-error: ciphertext has no order
    ['gt', () => db.patient.findMany({ where: { birthDate: { gt: '1980' } } })],
    // @ts-expect-error: there is no index to search
    ['equality without an index', () => db.patient.findMany({ where: { telecomCiphertext: 'x' } })],
    // @ts-expect-error: ciphertext has no order
    ['orderBy', () => db.patient.findMany({ orderBy: { family: 'asc' } })],
    [
      'orderBy through a relation',
      // @ts-expect-error: ciphertext has no order
      () => db.patientIdentifier.findMany({ orderBy: { patient: { mrn: 'asc' } } }),
    ],
    // @ts-expect-error: equal values differ as ciphertext
    ['distinct', () => db.patient.findMany({ distinct: ['mrn'] })],
    // @ts-expect-error: equal values differ as ciphertext
    ['groupBy', () => db.patient.groupBy({ by: ['mrn'] })],
    // @ts-expect-error: ciphertext has no order
    ['min', () => db.patient.aggregate({ _min: { mrn: true } })],
    // @ts-expect-error: each row has its own ciphertext
    ['updateMany', () => db.patient.updateMany({ data: { family: 'x' } })],
    [
      'updateMany through a relation',
      () =>
        db.patient.update({
          where: { id: 'x' },
          // @ts-expect-error: each row has its own ciphertext
          data: { identifiers: { updateMany: { where: {}, data: { valueCiphertext: 'x' } } } },
        }),
    ],
    // @ts-expect-error: the index follows from the field
    ['a written index', () => db.patient.create({ data: { mrnBlindIndex: 'x' } })],
    [
      'an update that does not name its row by id',
      () => db.user.update({ where: { email: 'a@b' }, data: { phoneCiphertext: '1' } }),
    ],
    [
      'a moved id',
      () => db.user.update({ where: { id: 'a' }, data: { id: 'b', phoneCiphertext: '1' } }),
    ],
  ])('refuses %s', async (_, query) => {
    await expect(query()).rejects.toMatchObject(refused);
  });
});

describe('an error of Prisma’s', () => {
  it('names the argument and shows no value', async () => {
    const act = db.patient.create({
      data: { family: 'Zykorra', givven: 'Canary', birthSex: 'Canary' } as never,
    });
    await expect(act).rejects.toThrow('Prisma refused argument givven of Patient.create.');
    await expect(act).rejects.not.toThrow(/Canary|Zykorra/);
  });
});

describe('stored ciphertext', () => {
  it.each([
    [
      'another row',
      `update patients set family = (select family from patients where id = $2) where id = $1`,
    ],
    ['another column', `update patients set family = given where id = $1 and $2::uuid is not null`],
    [
      'an altered byte',
      `update patients set family = left(family, -2) || 'AA' where id = $1 and $2::uuid is not null`,
    ],
    ['plain text', `update patients set family = 'Doe' where id = $1 and $2::uuid is not null`],
    [
      'an unknown key',
      `update patients set family = replace(family, 'hv1.1.', 'hv1.9.') where id = $1 and $2::uuid is not null`,
    ],
  ])('is refused from %s', async (_, sql) => {
    const [a, b] = await Promise.all(
      ['One', 'Two'].map((family) => db.patient.create({ data: { family, given: family } })),
    );
    await owner.query(sql, [a?.id, b?.id]);
    const read = db.patient.findUnique({ where: { id: a?.id ?? '' } });
    await expect(read).rejects.toMatchObject({ code: 'DATABASE.CIPHERTEXT_REFUSED' });
    await expect(read).rejects.not.toThrow(/One|Two|Doe/);
  });
});
