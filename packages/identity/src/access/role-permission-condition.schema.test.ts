import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rolePermissionConditionSchema } from './role-permission-condition.schema.ts';

interface Reference {
  readonly where: { readonly name: string };
}
interface GrantRow {
  readonly roleId: Reference;
  readonly permissionId: Reference;
  readonly condition?: unknown;
}
interface NamedRow {
  readonly name: string;
  readonly scope: string;
}

const grants = seedRows<GrantRow>('30-role-permissions.json');
const permissions = seedRows<NamedRow>('20-permissions.json');

describe('rolePermissionConditionSchema', () => {
  it('accepts a condition of each kind', () => {
    const condition = {
      relationship: 'SELF_OR_REPRESENTATIVE',
      mfa: true,
      stepUp: true,
      purposesOfUse: ['TREAT'],
      sources: ['PATIENT_ENTERED'],
      ipRanges: ['10.0.0.0/8', '2001:db8::/32'],
    };
    expect(rolePermissionConditionSchema.parse(condition)).toEqual(condition);
  });

  it.each([
    ['an unknown key', { relation: 'TREATMENT' }],
    ['an address that is no range', { ipRanges: ['10.0.0'] }],
    ['an empty list, which nothing could meet', { purposesOfUse: [] }],
  ])('refuses %s', (_, condition) => {
    expect(rolePermissionConditionSchema.safeParse(condition).success).toBe(false);
  });
});

describe('the seeded grants', () => {
  it('hold conditions of this schema', () => {
    const broken = grants.filter(
      ({ condition }) => !rolePermissionConditionSchema.optional().safeParse(condition).success,
    );
    expect(broken).toEqual([]);
  });

  it('name seeded permissions, each once for a role', () => {
    const names = new Set(permissions.map(({ name }) => name));
    expect(grants.filter((grant) => !names.has(nameOf(grant.permissionId)))).toEqual([]);
    const pairs = grants.map((grant) => `${nameOf(grant.roleId)} ${nameOf(grant.permissionId)}`);
    expect(new Set(pairs).size).toBe(pairs.length);
  });

  it('let the owner hold every permission and a patient only those of the SELF scope', () => {
    expect(heldBy('OWNER')).toEqual(permissions.map(({ name }) => name).sort());
    const self = permissions.filter(({ scope }) => scope === 'SELF').map(({ name }) => name);
    expect(heldBy('PATIENT')).toEqual(self.sort());
  });

  it('keep administrators out of charts and doctors out of the system', () => {
    expect(scopesOf('ADMIN')).not.toContain('PHI');
    expect(scopesOf('DOCTOR')).not.toContain('SYSTEM');
  });

  it('ask for a second factor wherever the records of others open', () => {
    const phi = new Set(permissions.filter((row) => row.scope === 'PHI').map((row) => row.name));
    const open = grants
      .filter((grant) => phi.has(nameOf(grant.permissionId)))
      .filter(({ condition }) => rolePermissionConditionSchema.parse(condition).mfa !== true);
    expect(open).toEqual([]);
  });
});

function nameOf(reference: Reference): string {
  return reference.where.name;
}

function heldBy(role: string): string[] {
  return grants
    .filter((grant) => nameOf(grant.roleId) === role)
    .map((grant) => nameOf(grant.permissionId))
    .sort();
}

function scopesOf(role: string): string[] {
  const held = new Set(heldBy(role));
  return permissions.filter(({ name }) => held.has(name)).map(({ scope }) => scope);
}

function seedRows<Row>(file: string): Row[] {
  const url = new URL(`../../seeds/${file}`, import.meta.url);
  return (JSON.parse(readFileSync(url, 'utf8')) as { rows: Row[] }).rows;
}
