import { verifyAuditRow } from '@holovitals/compliance';
import { anonymous, withActor } from '@holovitals/database';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAccounts, PASSWORD, type Accounts } from '../accounts.ts';

let accounts: Accounts;

beforeAll(async () => {
  accounts = await openAccounts();
});

afterAll(() => accounts.close());

describe('the outbox', () => {
  it('sends the rest although one message cannot be read', async () => {
    for (const name of ['first', 'second', 'third']) {
      await accounts.post('/v1/auth/register', {
        email: `${name}@example.org`,
        password: PASSWORD,
      });
    }
    await accounts.owner.query(
      `update notifications set params_ciphertext = 'hv1.1.AAAA'
       where id = (select id from notifications order by id limit 1)`,
    );
    expect(await accounts.receive()).toHaveLength(2);
    const { rows } = await accounts.owner.query(
      `select status, failure_code from notifications order by id limit 1`,
    );
    expect(rows).toEqual([{ status: 'QUEUED', failure_code: 'DATABASE.CIPHERTEXT_REFUSED' }]);
    for (let time = 0; time < 9; time += 1) {
      accounts.platform.advance(3_600_000);
      await accounts.receive();
    }
    const { rows: later } = await accounts.owner.query(
      `select status, attempts from notifications order by id limit 1`,
    );
    expect(later).toEqual([{ status: 'FAILED', attempts: 8 }]);
  });

  it('sends each message once, however many send', { tags: 'slow' }, async () => {
    for (let number = 0; number < 30; number += 1) {
      const email = `many-${number}@example.org`;
      await accounts.post('/v1/auth/register', { email, password: PASSWORD });
    }
    await Promise.all(Array.from({ length: 8 }, () => accounts.receive()));
    const recipients = accounts.mails.flatMap((mail) => /^To: (many-.*)$/m.exec(mail)?.[1] ?? []);
    expect(recipients.sort()).toEqual([...new Set(recipients)].sort());
    expect(recipients).toHaveLength(30);
  });
});

describe('the audit trail', () => {
  it('proves each row as it is read back, and no altered one', async () => {
    const { db, audit } = accounts.platform.identity;
    const facts = { userAgent: 'a'.repeat(600), requestId: 'r-1', source: 'test' };
    const patientId = '018f0000-0000-7000-8000-00000000000a';
    for (const ip of ['10.1.2.3', '::ffff:10.1.2.3', '2001:DB8:0:0:0:0:0:1', null]) {
      const actor = anonymous({ ...facts, ip });
      await withActor(db, actor, (tx) =>
        audit(tx, actor, [
          {
            ...{ eventType: 'LOGIN_FAILED', action: 'E', outcome: 'MINOR_FAILURE', patientId },
            ...{ resourceType: 'Patient', resourceId: patientId, reason: 'Grün', recordCount: 3 },
            ...{ queryHash: new Uint8Array(32).fill(7), changedFields: ['a', 'b'] },
          },
        ]),
      );
    }
    const { key } = await db.$codec.auditKey();
    const { rows } = await accounts.owner.query<Record<string, unknown>>(
      `select id, timestamp, event_type as "eventType", action, outcome, user_id as "userId",
              actor_role as "actorRole", on_behalf_of_id as "onBehalfOfId",
              session_id as "sessionId", api_key_id as "apiKeyId", agent_system as "agentSystem",
              source, organization_id as "organizationId", patient_id as "patientId",
              resource_type as "resourceType", resource_id as "resourceId",
              resource_version as "resourceVersion", previous_version as "previousVersion",
              purpose_of_use as "purposeOfUse", reason, record_count as "recordCount",
              query_hash as "queryHash", host(ip) as ip, user_agent as "userAgent",
              request_id as "requestId", emergency_access_id as "emergencyAccessId",
              changed_fields as "changedFields", key_version as "keyVersion", hash
       from audit_logs`,
    );
    expect(rows.length).toBeGreaterThanOrEqual(4);
    // The client's names of the outcome's codes are what is hashed.
    const OUTCOMES: Record<string, string> = { '0': 'SUCCESS', '4': 'MINOR_FAILURE' };
    const read = rows.map((row) => ({ ...row, outcome: OUTCOMES[String(row['outcome'])] }));
    for (const row of read as unknown as Parameters<typeof verifyAuditRow>[1][]) {
      expect(verifyAuditRow(key, row)).toBe(true);
      expect(verifyAuditRow(key, { ...row, patientId: row.id })).toBe(false);
      expect(verifyAuditRow(key, { ...row, reason: null })).toBe(row.reason === null);
    }
  });

  it('takes no row in another person’s name, and the act fails with it', async () => {
    const { db, audit } = accounts.platform.identity;
    const me = '018f0000-0000-7000-8000-00000000000b';
    const other = '018f0000-0000-7000-8000-00000000000c';
    const actor = {
      ...anonymous({ ip: null, userAgent: null, requestId: null, source: 'test' }),
      userId: me,
    };
    const event = { eventType: 'PHI_READ', action: 'R', outcome: 'SUCCESS' } as const;
    const act = withActor(db, actor, async (tx) => {
      await tx.role.create({ data: { name: 'UNAUDITED' } });
      await audit(tx, actor, [{ ...event, userId: other }]);
    });
    await expect(act).rejects.toThrow();
    expect(await db.role.count({ where: { name: 'UNAUDITED' } })).toBe(0);
    await withActor(db, actor, (tx) => audit(tx, actor, [event]));
  });
});
