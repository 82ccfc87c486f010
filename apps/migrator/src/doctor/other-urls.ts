import { withConnection } from '../connection/connect.ts';
import { critical, ok, skipped, warning, type Verdict } from './finding.ts';
import { judgeTls, readTls } from './tls.ts';

/** Looked at by checks of their own, or by tests alone. */
const APART = new Set(['APP_DATABASE_URL', 'TEST_DATABASE_URL']);

/**
 * Tells whether the connections are encrypted that other variables name: roles of one purpose,
 * replicas, poolers, shadow databases, what packages read. Each is called `…_DATABASE_URL`.
 */
export async function examineOtherUrls(
  environment: NodeJS.ProcessEnv,
  production: boolean,
): Promise<Verdict> {
  const variables = Object.keys(environment)
    .filter((name) => /^[A-Z0-9_]+_DATABASE_URL$/.test(name) && !APART.has(name))
    .filter((name) => environment[name] !== '')
    .sort();
  if (variables.length === 0) return ok('No other variable names a connection.');
  const judged = await Promise.all(
    variables.map(async (variable) => {
      const verdict = await judge(environment[variable] ?? '', production);
      return { ...verdict, what: `${variable}: ${verdict.what}` };
    }),
  );
  const states = ['critical', 'warning', 'skipped', 'ok'] as const;
  const [gravest = 'ok'] = states.filter((state) => judged.some((it) => it.state === state));
  const worst = judged.filter(({ state }) => state === gravest);
  const [first] = worst;
  return first === undefined || gravest === 'ok'
    ? ok(`Encrypted, or on this machine: ${variables.join(', ')}.`)
    : { ...first, what: worst.map(({ what }) => what).join(' ') };
}

async function judge(url: string, production: boolean): Promise<Verdict> {
  if (!URL.canParse(url) || !/^postgres(ql)?:$/.test(new URL(url).protocol)) {
    return (production ? critical : warning)(
      'It is not a PostgreSQL URL.',
      'What reads it cannot connect.',
      'Write it as postgresql://user:password@host:5432/database?sslmode=verify-full.',
    );
  }
  try {
    const bare = new URL(url);
    // A parameter of Prisma's that the server would refuse.
    bare.searchParams.delete('schema');
    return judgeTls(await withConnection(bare.toString(), readTls, 'any server'), url, production);
  } catch {
    return skipped('It could not be connected to.', 'Nothing is known of its encryption.');
  }
}
