import { detectPooling } from '../connection/detect-pooler.ts';
import { withConnection } from '../connection/connect.ts';
import type { DatabaseCheck, Examination } from './examination.ts';
import { critical, ok, skipped, warning, type Verdict } from './finding.ts';
import { judgeTls, readTls } from './tls.ts';
import { examineOtherUrls } from './other-urls.ts';

/** How sessions reach the server. */
export const connectionChecks: readonly DatabaseCheck[] = [
  { name: 'tls', check: checkTls },
  { name: 'tls-application', check: checkApplicationTls },
  { name: 'tls-others', check: checkOtherTls },
  { name: 'pooler', check: checkPooler },
];

async function checkTls({ client, target, production }: Examination): Promise<Verdict> {
  return judgeTls(await readTls(client), target.ownerUrl, production);
}

async function checkApplicationTls({ target, production }: Examination): Promise<Verdict> {
  const { appUrl } = target;
  try {
    return judgeTls(await withConnection(appUrl, readTls, 'any server'), appUrl, production);
  } catch {
    return skipped('The application role could not connect.', 'See the check application-login.');
  }
}

function checkOtherTls({ production }: Examination): Promise<Verdict> {
  return examineOtherUrls(process.env, production);
}

async function checkPooler({ target }: Examination): Promise<Verdict> {
  if (target.kind === 'embedded') return ok('Nothing stands between here and the server.');
  const pooling = await detectPooling(target.ownerUrl);
  if (pooling === 'session') return ok('Each session keeps its backend.');
  if (pooling === 'transaction') {
    return critical(
      'A pooler in transaction mode stands before the server.',
      'The lock that keeps two migrators apart, and settings of the session, belong to a backend; this pooler lends another one at every transaction.',
      'Point DATABASE_URL at the server itself, or at a pool in session mode.',
    );
  }
  return warning(
    'It could not be told whether a pooler in transaction mode stands before the server.',
    'Two sessions at once were not served in time.',
    'Point DATABASE_URL at the server itself, and see that it has free connections.',
  );
}
