import { judgeTls, readTls } from '../../doctor/tls.ts';
import { found, type HealthFinding, type Severity } from '../finding.ts';
import type { HealthCode } from '../health-codes.ts';
import { ask, type HealthCheck, type Observation, type Sight } from '../health-check.ts';

/** Settings and logins that endanger data. */
export const settingChecks: readonly HealthCheck[] = [
  { name: 'settings', look: lookAtSettings },
  { name: 'checksums', look: lookAtChecksums },
  { name: 'passwords', look: lookAtPasswords },
  { name: 'logins', look: lookAtLogins },
  { name: 'tls', look: lookAtTls },
];

interface Danger {
  readonly setting: string;
  readonly bad: string;
  readonly good: string;
  readonly code: HealthCode;
  readonly severity: Severity;
}

const DANGERS: readonly Danger[] = [
  ...danger('FSYNC_OFF', 'critical', 'off', 'on', ['fsync']),
  ...danger('FULL_PAGE_WRITES_OFF', 'critical', 'off', 'on', ['full_page_writes']),
  ...danger('COMMIT_ASYNCHRONOUS', 'warning', 'off', 'on', ['synchronous_commit']),
  ...danger('AUTOVACUUM_OFF', 'critical', 'off', 'on', ['autovacuum', 'track_counts']),
  ...danger('DAMAGE_HIDDEN', 'critical', 'on', 'off', [
    'zero_damaged_pages',
    'ignore_checksum_failure',
    'ignore_invalid_pages',
  ]),
  ...danger('CHECKSUMS_OFF', 'warning', 'off', 'on', ['data_checksums']),
  ...danger('PASSWORDS_WEAK', 'warning', 'md5', 'scram-sha-256', ['password_encryption']),
];

function danger(
  code: HealthCode,
  severity: Severity,
  bad: string,
  good: string,
  settings: readonly string[],
): Danger[] {
  return settings.map((setting) => ({ setting, bad, good, code, severity }));
}

async function lookAtSettings(sight: Sight): Promise<Observation> {
  const rows = await ask<{ name: string; value: string | null }>(
    sight,
    'select name, current_setting(name, true) as value from unnest($1::text[]) as name',
    [DANGERS.map(({ setting }) => setting)],
  );
  const values = new Map(rows.map(({ name, value }) => [name, value]));
  return {
    findings: DANGERS.filter(({ setting, bad }) => values.get(setting) === bad).map(
      ({ setting, bad, good, code, severity }) =>
        found(
          code,
          severity,
          `${setting} is ${bad}.`,
          code === 'CHECKSUMS_OFF'
            ? []
            : [`ALTER SYSTEM SET ${setting} = '${good}'`, 'SELECT pg_reload_conf()'],
        ),
    ),
    measures: [],
  };
}

async function lookAtChecksums(sight: Sight): Promise<Observation> {
  const rows = await ask<{ database: string; failures: number }>(
    sight,
    `select coalesce(datname, 'what all databases share') as database, checksum_failures::float8 as failures
     from pg_stat_database where checksum_failures > 0 order by 1`,
  );
  return {
    findings: rows.map(({ database, failures }) =>
      found('CHECKSUMS_FAILED', 'critical', `In ${database} ${failures} pages were damaged.`),
    ),
    measures: [
      {
        name: 'checksum_failures',
        help: 'Damaged pages that the server has met.',
        value: rows.reduce((sum, { failures }) => sum + failures, 0),
      },
    ],
  };
}

async function lookAtPasswords(sight: Sight): Promise<Observation> {
  const [right] = await ask<{ may: boolean }>(
    sight,
    `select has_table_privilege('pg_authid', 'select') as may`,
  );
  if (right?.may !== true) {
    return {
      findings: [],
      measures: [],
      unseen: 'How passwords are stored is shown to superusers.',
    };
  }
  const roles = await ask<{ role: string; sql: string }>(
    sight,
    `select rolname as role, format('\\password %I', rolname) as sql
     from pg_authid where rolpassword like 'md5%' order by rolname`,
  );
  return {
    findings: roles.map(({ role, sql }) =>
      found('PASSWORDS_WEAK', 'warning', `The password of role ${role} is stored as MD5.`, [sql]),
    ),
    measures: [],
  };
}

/** What the file says; names of lines, never of hosts or roles. */
async function lookAtLogins(sight: Sight): Promise<Observation> {
  const [right] = await ask<{ may: boolean }>(
    sight,
    `select has_function_privilege('pg_hba_file_rules()', 'execute') as may`,
  );
  if (right?.may !== true) {
    return { findings: [], measures: [], unseen: 'pg_hba.conf is shown to superusers.' };
  }
  const rules = await ask<{ line: number; method: string }>(
    sight,
    `select line_number as line, auth_method as method from pg_hba_file_rules
     where type <> 'local' and (auth_method = 'trust' or auth_method = 'password' and type <> 'hostssl')
       and coalesce(address, '') not in ('127.0.0.1', '::1', 'localhost', 'samehost') order by line_number`,
  );
  return {
    findings: rules.map(({ line, method }) =>
      found('LOGIN_UNGUARDED', 'critical', `Line ${line} of pg_hba.conf says ${method}.`, [
        'SHOW hba_file',
        'SELECT pg_reload_conf()',
      ]),
    ),
    measures: [],
  };
}

async function lookAtTls(sight: Sight): Promise<Observation> {
  const [row] = await ask<{ plain: number }>(
    sight,
    `select count(*)::int as plain from pg_stat_activity a join pg_stat_ssl s using (pid)
     where not s.ssl and a.client_addr is not null and a.pid <> pg_backend_pid()
       and not a.client_addr <<= '127.0.0.0/8' and a.client_addr <> '::1'`,
  );
  const own = judgeTls(await readTls(sight.client), sight.url, true);
  const plain = row?.plain ?? 0;
  const findings: HealthFinding[] = [
    ...(own.state === 'ok'
      ? []
      : [found('TLS_OFF', own.state === 'critical' ? 'critical' : 'warning', own.what)]),
    ...(plain === 0
      ? []
      : [
          found(
            'TLS_OFF',
            'critical',
            `${plain} session(s) of other hosts are not encrypted.`,
            ENABLE_TLS,
          ),
        ]),
  ];
  return {
    findings,
    measures: [
      { name: 'plain_sessions', help: 'Sessions of other hosts without TLS.', value: plain },
    ],
    unseen: sight.seesSessions
      ? undefined
      : 'Whether sessions of other roles are encrypted is shown to members of pg_read_all_stats.',
  };
}

const ENABLE_TLS = ["ALTER SYSTEM SET ssl = 'on'", 'SELECT pg_reload_conf()'];
