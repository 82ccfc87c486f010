import { createClient, Prisma } from '@holovitals/database';
import { createSchemaDatabase, type SchemaDatabase } from '@holovitals/database/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { byLikeness, byNumber, byWords } from './loinc.store.ts';
import { searchLoinc } from './search-loinc.ts';
import { searchLoincSchema } from './search-loinc.schema.ts';

let database: SchemaDatabase;
let db: ReturnType<typeof createClient>;

beforeAll(async () => {
  database = await createSchemaDatabase();
  db = createClient({ url: database.appUrl });
});

afterAll(async () => {
  await db.$disconnect();
  await database.drop();
});

async function search(q: string, options: { limit?: number; after?: string } = {}) {
  return await searchLoinc(db, searchLoincSchema.parse({ q, ...options }));
}

async function numbers(q: string): Promise<string[]> {
  return (await search(q, { limit: 100 })).items.map(({ loincNumber }) => loincNumber);
}

describe('searchLoinc', () => {
  it('finds a number, and numbers by their beginning in order', async () => {
    expect(await numbers('2345-7')).toEqual(['2345-7']);
    const found = await numbers('234');
    expect(found).toContain('2345-7');
    expect(found).toEqual(found.filter((number) => number.startsWith('234')).sort());
  });

  it('finds words in any order and case, each as long as it is known', async () => {
    expect(await numbers('gluc ser')).toContain('2345-7');
    expect(await numbers('SERUM, glucose!')).toContain('2345-7');
    expect(await numbers('a1c')).toContain('4548-4');
  });

  it('finds what is misspelt, or spelt as in Britain', async () => {
    expect(await numbers('glucoze')).toContain('2345-7');
    expect(await numbers('haemoglobin a1c')).toContain('4548-4');
    expect(await numbers('no such analyte')).toEqual([]);
  });

  it.each(['blood', 'hemoglobine', '2'])(
    'pages through %j and meets every term once, best first',
    async (q) => {
      const seen: string[] = [];
      for (let after: string | null | undefined; after !== null;) {
        const page = await search(q, { limit: 3, ...(after !== undefined && { after }) });
        seen.push(...page.items.map(({ loincNumber }) => loincNumber));
        after = page.next;
      }
      expect(seen).toEqual(await numbers(q));
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.length).toBeGreaterThan(3);
    },
  );

  it.each(["'; drop table roles; --", 'a:*', 'a & !b | (c)', '%a_\\', 'e\u0301', '🩺a', '\ud800a'])(
    'takes %j as text',
    async (q) => {
      await expect(search(q)).resolves.toHaveProperty('items');
    },
  );

  it.each(['%', '_', '\\', '!!! & |', '((()))', '🩺', '\ud800'])(
    'refuses %j, which has no word',
    async (q) => {
      await expect(search(q)).rejects.toMatchObject({ code: 'CLINICAL.SEARCH_EMPTY' });
    },
  );

  it.each(['words~1e400~2345-7', 'words~NaN~2345-7', 'words~1~', 'rank~1~2345-7', '1~2345-7'])(
    'refuses the cursor %j, which it never gave',
    (after) => {
      expect(searchLoincSchema.safeParse({ q: 'blood', after }).success).toBe(false);
    },
  );

  it('searches a large code set through an index, in each of its ways', async () => {
    const owner = createClient({ url: database.url });
    const makePlans = async (transaction: Prisma.TransactionClient) => {
      await transaction.$executeRaw`
        insert into loinc_codes (id, loinc_number, common_name, component, updated_at)
        select gen_random_uuid(), (900000 + n) || '-' || n % 10,
               'Analyte' || md5(n::text) || ' in Serum', 'Analyte' || n, now()
        from generate_series(1, 20000) n`;
      await transaction.$queryRaw`select gin_clean_pending_list('loinc_codes_common_name_trgm_idx')`;
      await transaction.$executeRaw`analyze loinc_codes`;
      const found: string[] = [];
      for (const query of [
        byNumber('900017', 20, ''),
        byWords(['analyte17'], 20),
        byLikeness('glucoze', 20),
      ]) {
        const rows = await transaction.$queryRaw<{ 'QUERY PLAN': string }[]>(
          Prisma.sql`explain ${query}`,
        );
        found.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
      }
      await transaction.$executeRaw`delete from loinc_codes where loinc_number ~ '^9[0-9]{5}-'`;
      return found;
    };
    const plans = await owner.$transaction(makePlans, { timeout: 60_000 });
    await owner.$disconnect();
    const [number, words, likeness] = plans;
    expect(number).toContain('loinc_codes_loinc_number_key');
    expect(words).toContain('loinc_codes_search_idx');
    expect(likeness).toContain('loinc_codes_common_name_trgm_idx');
  });
});
