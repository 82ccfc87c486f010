import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSchemaDatabase, type SchemaDatabase } from '../src/testing/index.ts';

let database: SchemaDatabase;
let owner: pg.Client;

beforeAll(async () => {
  database = await createSchemaDatabase();
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
});

afterAll(async () => {
  await owner.end();
  await database.drop();
});

async function insert(table: string, values: Record<string, unknown>): Promise<string> {
  const names = Object.keys(values);
  const marks = names.map((_, index) => `$${String(index + 1)}`);
  const { rows } = await owner.query<{ id: string }>(
    `insert into ${table} (id, ${names.join(', ')})
     values (gen_random_uuid(), ${marks.join(', ')}) returning id`,
    Object.values(values),
  );
  return rows[0]?.id ?? '';
}

/** A model of a vendor under an agreement with these terms, and a call of it that these facts tell of. */
async function call(terms: object, facts: () => object = () => ({}), model = {}) {
  const vendor = await insert('organizations', { name: 'Models Inc', kind: 'VENDOR' });
  const agreement = await insert('legal_agreements', {
    ...{ type: 'BAA', title: 'Models', version: '1', counterparty_id: vendor },
    ...{ signed_at: '2026-01-01', effective_from: '2026-01-01', phi_permitted: true },
    ...terms,
  });
  const named = { agreement_id: agreement, phi_allowed: true };
  const model_id = await insert('ai_models', {
    ...{ key: `vendor/model@${agreement}`, provider: 'vendor', version: '1', kind: 'CHAT' },
    ...{ ...named, ...model },
  });
  const patient_id = await insert('patients', { active: true });
  const disclosure_id = await insert('disclosures', {
    ...{ patient_id, disclosed_at: '2026-02-01', recipient_name: 'Models Inc' },
    ...{ description: 'one note', purpose: 'a summary', legal_basis: 'OPERATIONS' },
    ...{ purpose_of_use: 'HOPERAT', is_accountable: false },
  });
  const user_id = await insert('users', { email: `${agreement}@example.org` });
  return await insert('ai_interactions', {
    ...{ model_id, user_id, patient_id, disclosure_id, agreement_id: agreement, phi_sent: true },
    ...{ prompt_key: 'summary', prompt_version: '1', outcome: 'SUCCESS' },
    ...{ prompt_sha256: Buffer.alloc(32), input_hash: Buffer.alloc(32) },
    ...facts(),
  });
}

describe('a call of a model that sends health information', () => {
  it('stands under the agreement of the model, with the entry of the disclosure', async () => {
    expect(await call({})).toMatch(/^[0-9a-f-]{36}$/);
    expect(await call({ effective_to: '2199-01-01' })).toMatch(/^[0-9a-f-]{36}$/);
  });

  it.each([
    ['is over', { effective_to: '2026-01-02' }],
    ['has not begun', { effective_from: '2199-01-01' }],
    ['is terminated', { terminated_at: '2026-02-01' }],
    ['is not signed yet', { signed_at: '2199-01-01' }],
    ['lets no health information go', { phi_permitted: false }],
  ])('is refused where the agreement %s', async (_why, terms) => {
    await expect(call(terms)).rejects.toMatchObject({
      constraint: 'ai_interactions_agreement_in_effect',
    });
  });

  it('is refused to a model that is retired, may see none, or has another agreement', async () => {
    const refused = { constraint: 'ai_interactions_agreement_in_effect' };
    const other = await insert('legal_agreements', {
      ...{ type: 'DPA', title: 'Others', version: '1', effective_from: '2026-01-01' },
    });
    for (const model of [{ retired_at: '2026-01-01' }, { phi_allowed: false }])
      await expect(call({}, undefined, model)).rejects.toMatchObject(refused);
    await expect(call({}, () => ({ agreement_id: other }))).rejects.toMatchObject(refused);
  });

  it('is refused without its entry; what sends none needs neither', async () => {
    await expect(call({}, () => ({ disclosure_id: null }))).rejects.toMatchObject({
      constraint: 'ai_interactions_phi_is_disclosed',
    });
    const none = { phi_sent: false, disclosure_id: null, agreement_id: null };
    expect(await call({ effective_to: '2026-01-02' }, () => none)).toMatch(/^[0-9a-f-]{36}$/);
  });
});
