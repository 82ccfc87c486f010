import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import {
  endpointCapabilitiesSchema,
  exportManifestSchema,
  FHIR_RESOURCE_TYPES,
  syncConflictsSchema,
  syncCursorSchema,
  vendorSettingsSchema,
} from './index.ts';

const id = '0190a6a4-6b7e-7c3e-8a53-3a5f6f0f7d11';

describe('JSON columns of records from elsewhere', () => {
  it('names the same resource types in code and in the check of the table', () => {
    const fragment = readFileSync(new URL('../prisma/resources.prisma', import.meta.url), 'utf8');
    const check = /@check fhir_resources_type_code: resource_type IN \(([^)]*)\)/.exec(fragment);
    const inCheck = [...(check?.[1] ?? '').matchAll(/'([A-Za-z]+)'/g)].map((match) => match[1]);
    expect(inCheck).toEqual([...FHIR_RESOURCE_TYPES]);
    expect(new Set(FHIR_RESOURCE_TYPES).size).toBe(146);
  });

  it('takes a cursor by resource type and refuses an abstract type or a local time', () => {
    const cursor = { Observation: { lastUpdated: '2026-01-31T12:00:00.000-05:00' } };
    expect(syncCursorSchema.parse(cursor)).toEqual(cursor);
    expect(syncCursorSchema.safeParse({ Resource: {} }).success).toBe(false);
    expect(
      syncCursorSchema.safeParse({ Observation: { lastUpdated: '2026-01-31T12:00:00' } }).success,
    ).toBe(false);
  });

  it('takes ids and field names as conflicts and refuses values', () => {
    const conflict = {
      fhirResourceId: id,
      mappedModel: 'PatientAllergy',
      mappedId: id,
      fields: ['criticality'],
      resolution: 'OPEN',
    };
    expect(syncConflictsSchema.safeParse([conflict]).success).toBe(true);
    expect(syncConflictsSchema.safeParse([{ ...conflict, ours: 'high' }]).success).toBe(false);
    expect(syncConflictsSchema.safeParse([{ ...conflict, fields: ['peanut, high'] }]).success).toBe(
      false,
    );
  });

  it('takes the manifest of a finished export and refuses one without its time', () => {
    const manifest = {
      transactionTime: '2026-01-31T12:00:00Z',
      request: 'https://fhir.example.org/Group/1/$export?_type=Patient',
      requiresAccessToken: true,
      output: [{ type: 'Patient', url: 'https://files.example.org/1.ndjson', count: 2 }],
      error: [],
    };
    expect(exportManifestSchema.safeParse(manifest).success).toBe(true);
    expect(
      exportManifestSchema.safeParse({ ...manifest, transactionTime: undefined }).success,
    ).toBe(false);
    const local = { ...manifest, output: [{ type: 'Patient', url: 'file:///etc/passwd' }] };
    expect(exportManifestSchema.safeParse(local).success).toBe(false);
  });

  it('asks each vendor for what it needs and takes no secret', () => {
    expect(vendorSettingsSchema.safeParse({ vendor: 'CERNER', tenantId: id }).success).toBe(true);
    expect(vendorSettingsSchema.safeParse({ vendor: 'CERNER' }).success).toBe(false);
    expect(
      vendorSettingsSchema.safeParse({ vendor: 'OTHER_FHIR', clientSecret: 'x' }).success,
    ).toBe(false);
  });

  it('keeps of a capability statement what a synchronisation decides by', () => {
    const capabilities = {
      resources: { Patient: { interactions: ['read'], searchParams: ['_id'] } },
      codeChallengeMethods: ['S256'],
    };
    expect(endpointCapabilitiesSchema.parse(capabilities)).toEqual(capabilities);
    expect(endpointCapabilitiesSchema.safeParse({ rest: [] }).success).toBe(false);
  });
});
