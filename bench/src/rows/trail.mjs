import { createHash, randomBytes } from 'node:crypto';
import { createAuditSink } from '@holovitals/compliance';
import { anonymous, createClient } from '@holovitals/database';
import { installAccount, installOrganization } from '@holovitals/identity';
import pg from 'pg';
import { createSchemaDatabase } from './databases.mjs';

const MONTHS = 12;
const ORGANIZATIONS = 20;
export const PEOPLE = 2000;
export const PATIENTS = 200_000;

/** An id by a name, as the rows have it: a UUID of version 4 by its form. */
export const idOf = (name) =>
  createHash('md5')
    .update(name)
    .digest('hex')
    .replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-8$4-$5');

/** The same in SQL. */
const sqlId = (name) =>
  `overlay(overlay(md5(${name}) placing '4' from 13) placing '8' from 17)::uuid`;

/**
 * Rows of a month as a year of twenty organisations leaves them: the first has half of all, the last
 * one in two hundred; few people do most; nine of ten acts read a chart.
 */
const FILL = `
  insert into audit_logs (id, shard, "timestamp", event_type, action, outcome, user_id, session_id,
    organization_id, patient_id, resource_type, resource_id, ip, user_agent, request_id, changed_fields,
    hash, key_version)
  select gen_random_uuid(), n % 16, $1::timestamptz + n * (($2::timestamptz - $1::timestamptz) / ($3::int + 1)),
    kind::audit_event_type, case kind when 'PHI_READ' then 'R' when 'PHI_UPDATE' then 'U' else 'E' end::audit_action,
    case kind when 'LOGIN_FAILED' then '4' else '0' end::audit_outcome, ${sqlId(`'user ' || person`)},
    ${sqlId(`'session ' || person || ' ' || n / 500`)},
    ($4::uuid[])[case when person < 600 then 1 when person < 1200 then 2 when person < 1980 then 3 + person % 17 else 20 end],
    patient, case when patient is null then null when chance < 0.3 then 'Patient' else 'PatientObservation' end,
    case when patient is null then null when chance < 0.3 then patient::text else ${sqlId(`'row ' || n / 3`)}::text end,
    ('10.' || person % 200 || '.' || n % 250 || '.7')::inet, 'Mozilla/5.0 (X11; Linux x86_64)', md5(n::text),
    case kind when 'PHI_UPDATE' then array['status', 'value'] else '{}' end, sha256(n::text::bytea), 1
  from (
    select n, random() as chance, floor(power(random(), 2) * ${PEOPLE})::int as person,
      case when dice < 0.9 then 'PHI_READ' when dice < 0.95 then 'PHI_UPDATE' when dice < 0.97 then 'PHI_SEARCH'
        when dice < 0.985 then 'LOGIN' when dice < 0.99 then 'LOGIN_FAILED' when dice < 0.995 then 'PHI_EXPORT'
        else 'CONSENT_CHANGE' end as kind,
      case when dice < 0.95 or dice >= 0.99 then ${sqlId(`'patient ' || floor(random() * ${PATIENTS})`)} end as patient
    from (select n, random() as dice from generate_series(1, $3::int) n) as drawn) as acts`;

const monthStart = (ago) => {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - ago, 1));
};

/** A database whose trail has so many rows over the last twelve months, and an officer for each organisation. */
export async function openTrail(rows) {
  const database = await createSchemaDatabase();
  const encryptionKey = randomBytes(32).toString('hex');
  const db = createClient({ url: database.appUrl, maxConnections: 2, encryptionKey });
  const owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  const context = { db, audit: createAuditSink(db.$codec), clock: () => new Date() };
  const organizations = [];
  for (let n = 1; n <= ORGANIZATIONS; n += 1) {
    organizations.push(await installOrganization(context, `Bench ${n}`));
  }
  const userId = await installAccount(context, {
    ...{ email: 'officer@example.org', displayName: null, role: 'OWNER' },
    ...{ organizationId: organizations[0], password: randomBytes(24).toString('hex') },
  });
  await owner.query('update user_roles set organization_id = null where user_id = $1', [userId]);
  const facts = { ip: null, userAgent: null, requestId: null, source: 'bench' };
  const officer = (organizationId) => ({
    ...anonymous(facts),
    ...{ userId, organizationId, role: 'OWNER', mfa: true },
  });
  await owner.query('select ensure_audit_partitions($1::date, $2)', [monthStart(MONTHS), MONTHS]);
  const { rows: indexes } = await owner.query(
    `select indexrelid::regclass as name, pg_get_indexdef(indexrelid) as definition from pg_index
     where indrelid = 'audit_logs'::regclass
       and not exists (select from pg_constraint where conindid = indexrelid)`,
  );
  // Built at the end, as that is quicker.
  for (const { name } of indexes) await owner.query(`drop index ${name}`);
  for (let ago = MONTHS; ago > 0; ago -= 1) {
    const share = Math.floor(rows / MONTHS);
    await owner.query(FILL, [monthStart(ago), monthStart(ago - 1), share, organizations]);
    process.stderr.write(`  month ${MONTHS - ago + 1} of ${MONTHS} written\n`);
  }
  for (const { definition } of indexes) await owner.query(definition.replace(' ON ONLY ', ' ON '));
  await owner.query('vacuum analyze audit_logs');
  return {
    ...{ database, context, owner, officer, organizations },
    from: monthStart(MONTHS),
    to: monthStart(0),
    async close() {
      await Promise.all([db.$disconnect(), owner.end()]);
      await database.drop();
    },
  };
}
