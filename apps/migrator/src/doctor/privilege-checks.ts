import { databaseIdentity } from '../connection/database-identity.ts';
import { withConnection } from '../connection/connect.ts';
import { notComposed, type DatabaseCheck, type Examination } from './examination.ts';
import { critical, ok, skipped, warning, type Verdict } from './finding.ts';

/** What the role of migrations may do. */
export const privilegeChecks: readonly DatabaseCheck[] = [
  { name: 'owner-role', check: checkOwnerRole },
  { name: 'create-on-schema', check: checkSchema },
  { name: 'ownership', check: checkOwnership },
  { name: 'shadow-database', check: checkShadow },
  { name: 'create-role', check: checkCreateRole },
  { name: 'public-schema', check: checkPublicSchema },
];

async function checkOwnerRole({ client }: Examination): Promise<Verdict> {
  const { rows } = await client.query<{ name: string; superuser: boolean; bypass: boolean }>(
    `select rolname as name, rolsuper as superuser, rolbypassrls as bypass
     from pg_roles where rolname = current_user`,
  );
  const { name = '', superuser = false, bypass = false } = rows[0] ?? {};
  if (!superuser && !bypass) return ok(`Migrations run as ${name}.`);
  return warning(
    `Migrations run as ${name}, which ${superuser ? 'is a superuser' : 'has BYPASSRLS'}.`,
    'A migration needs to own its tables and no more; a mistake in it reaches the whole server.',
    'Make a role that owns the database, and name it in DATABASE_URL.',
  );
}

async function checkSchema({ client, target }: Examination): Promise<Verdict> {
  const { rows } = await client.query<{ schema: boolean; database: boolean; role: string }>(
    `select has_schema_privilege('public', 'create') as schema,
            has_database_privilege(current_database(), 'create') as database, current_user as role`,
  );
  const { schema = false, database = false, role = '' } = rows[0] ?? {};
  const lacking = [
    ...(schema ? [] : [`CREATE ON SCHEMA public`]),
    ...(database ? [] : [`CREATE ON DATABASE "${target.database}"`]),
  ];
  if (lacking.length === 0) return ok('The role may create tables, schemas and extensions.');
  return critical(
    `${role} lacks ${lacking.join(' and ')}.`,
    'Migrations create tables in public, and a schema for their own record.',
    `An administrator runs: ${lacking.map((right) => `GRANT ${right} TO "${role}";`).join(' ')}`,
  );
}

async function checkOwnership({ client, manifest }: Examination): Promise<Verdict> {
  if (manifest === null) return notComposed();
  const { rows } = await client.query<{ name: string; owner: string }>(
    `select relname as name, pg_get_userbyid(relowner) as owner from pg_class
     where relnamespace = to_regnamespace('public') and relkind in ('r', 'p')
       and relname = any ($1) and not pg_has_role(current_user, relowner, 'USAGE')
     order by relname`,
    [[...manifest.models.map((model) => model.table), '_prisma_migrations']],
  );
  if (rows.length === 0) return ok('Every table belongs to the role of migrations.');
  const owners = [...new Set(rows.map(({ owner }) => owner))];
  return critical(
    `${rows.length} table(s) belong to ${owners.join(', ')}: ${rows
      .slice(0, 3)
      .map(({ name }) => name)
      .join(', ')}${rows.length > 3 ? ', …' : ''}.`,
    'Only its owner can alter a table.',
    `An administrator runs REASSIGN OWNED BY ${owners.map((name) => `"${name}"`).join(', ')} TO the role of DATABASE_URL, or name that owner in DATABASE_URL.`,
  );
}

async function checkShadow(examination: Examination): Promise<Verdict> {
  const given = process.env['SHADOW_DATABASE_URL'] ?? '';
  if (given !== '') return checkGivenShadow(examination, given);
  const { rows } = await examination.client.query<{ may: boolean }>(
    'select rolcreatedb or rolsuper as may from pg_roles where rolname = current_user',
  );
  if (rows[0]?.may === true) return ok('The role may create shadow databases.');
  if (examination.production) {
    return skipped(
      'There is no shadow database.',
      'Production needs none: it writes no migration.',
    );
  }
  return warning(
    'The role may not create shadow databases, and SHADOW_DATABASE_URL is not set.',
    '`migrator dev` replays the history in one to see what changed.',
    'Give the role CREATEDB, or set SHADOW_DATABASE_URL to an empty database.',
  );
}

async function checkGivenShadow({ client }: Examination, given: string): Promise<Verdict> {
  if (!URL.canParse(given) || !/^postgres(ql)?:$/.test(new URL(given).protocol)) {
    return critical(
      'SHADOW_DATABASE_URL is not a PostgreSQL URL.',
      'It would be refused.',
      'Write it as postgresql://user:password@host:5432/database.',
    );
  }
  const own = await databaseIdentity(client);
  try {
    return await withConnection(given, async (shadow) => {
      if ((await databaseIdentity(shadow)) === own) {
        return critical(
          'SHADOW_DATABASE_URL and DATABASE_URL are one database.',
          'A shadow database is emptied before each use.',
          'Give it an empty database of its own.',
        );
      }
      return ok('The shadow database can be reached and is another one.');
    });
  } catch {
    return warning(
      'The shadow database cannot be reached.',
      '`migrator dev` needs it.',
      'Correct SHADOW_DATABASE_URL, or leave it away where the role has CREATEDB.',
    );
  }
}

async function checkCreateRole({ client, target }: Examination): Promise<Verdict> {
  const { rows } = await client.query<{ may: boolean; there: boolean }>(
    `select (select rolcreaterole or rolsuper from pg_roles where rolname = current_user) as may,
            exists (select from pg_roles where rolname = $1) as there`,
    [target.appRole],
  );
  const { may = false, there = false } = rows[0] ?? {};
  if (there) return ok(`The application role ${target.appRole} exists.`);
  if (target.kind === 'embedded' || may) {
    return warning(
      `The application role ${target.appRole} does not exist yet.`,
      'The application has no role to connect as.',
      'Run `pnpm migrator roles sync`.',
    );
  }
  return critical(
    `The application role ${target.appRole} does not exist, and this role lacks CREATEROLE.`,
    'The application has no role to connect as.',
    'Give `pnpm migrator roles sync --print` to an administrator.',
  );
}

/** Before PostgreSQL 15 everyone may create in `public`, also what a search path finds first. */
async function checkPublicSchema({ client }: Examination): Promise<Verdict> {
  const { rows } = await client.query<{ open: boolean }>(
    `select exists (select from pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner))) x
                    where nspname = 'public' and x.grantee = 0 and x.privilege_type = 'CREATE') as open`,
  );
  if (rows[0]?.open !== true) return ok('Not everyone may create in schema public.');
  return warning(
    'Everyone may create tables and functions in schema public.',
    'A function made there can be taken for one of the schema’s own.',
    'Run `pnpm migrator roles sync`; else an administrator runs: REVOKE CREATE ON SCHEMA public FROM PUBLIC;',
  );
}
