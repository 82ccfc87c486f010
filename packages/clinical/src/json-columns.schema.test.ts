import { describe, expect, it } from 'vitest';
import { activitiesSchema, licencesSchema, reactionsSchema } from './json-columns.schema.ts';

const hives = { system: 'http://snomed.info/sct', code: '247472004', display: 'Hives' };

describe('the JSON columns', () => {
  it('take a reaction with a manifestation and refuse one without', () => {
    expect(reactionsSchema.safeParse([{ manifestation: [hives], severity: 'mild' }]).success).toBe(
      true,
    );
    expect(reactionsSchema.safeParse([{ manifestation: [], severity: 'mild' }]).success).toBe(
      false,
    );
  });

  it('take a licence of a State and refuse an unknown key', () => {
    expect(licencesSchema.safeParse([{ state: 'US-CA', number: 'A1' }]).success).toBe(true);
    expect(licencesSchema.safeParse([{ state: 'US-CA', number: 'A1', ssn: '1' }]).success).toBe(
      false,
    );
  });

  it('take FHIR activity states only', () => {
    expect(activitiesSchema.safeParse([{ status: 'scheduled' }]).success).toBe(true);
    expect(activitiesSchema.safeParse([{ status: 'done' }]).success).toBe(false);
  });
});
