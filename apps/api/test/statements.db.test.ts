import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { addFile } from './add-file.ts';
import { openClinic, type Clinic } from './clinic.ts';

let clinic: Clinic;
let doctor: string;

beforeAll(async () => {
  clinic = await openClinic();
  doctor = await clinic.staff('doctor@example.org', 'DOCTOR');
});

afterAll(() => clinic.close());

/** Counts what the API sends to the database for one request; every client of the process is seen. */
async function statementsOf(method: 'GET' | 'POST', url: string, body?: object): Promise<number> {
  const query = vi.spyOn(pg.Client.prototype, 'query');
  try {
    const { status } = await clinic.as(doctor, method, url, body);
    expect(status).toBeLessThan(300);
    return query.mock.calls.length;
  } finally {
    query.mockRestore();
  }
}

describe('the number of statements', () => {
  it('of a read is the same for one row as for forty', async () => {
    const id = await clinic.patient(doctor);
    const diagnosis = { code: 'I10', codeSystem: 'urn:x', clinicalStatus: 'active' };
    const chart = `/v1/patients/${id}`;
    const secureFileId = await addFile(clinic.owner, id, doctor);
    const document = { type: 'LAB_REPORT', secureFileId };
    const reads = [
      '',
      '/diagnoses',
      '/documents',
      '/summary',
      '/timeline',
      '/care-team',
      '/identifiers',
    ];
    await clinic.as(doctor, 'POST', `${chart}/diagnoses`, diagnosis);
    await clinic.as(doctor, 'POST', `${chart}/documents`, document);
    const countAll = async () => {
      const counts: number[] = [];
      for (const part of reads) counts.push(await statementsOf('GET', `${chart}${part}`));
      return counts;
    };
    const one = await countAll();
    for (let n = 0; n < 40; n += 1) {
      await clinic.as(doctor, 'POST', `${chart}/diagnoses`, diagnosis);
      await clinic.as(doctor, 'POST', `${chart}/documents`, document);
    }
    const forty = await countAll();
    expect(forty).toEqual(one);
    expect(Math.min(...forty)).toBeGreaterThan(0);
    expect(Math.max(...forty)).toBeLessThanOrEqual(9);
  });

  it('of a search does not grow with who is found', async () => {
    await clinic.patient(doctor, { family: 'Lonely' });
    for (let n = 0; n < 15; n += 1) await clinic.patient(doctor, { family: 'Common' });
    const lonely = await statementsOf('POST', '/v1/patients/search', { name: 'lonely' });
    expect(await statementsOf('POST', '/v1/patients/search', { name: 'common' })).toBe(lonely);
  });
});
