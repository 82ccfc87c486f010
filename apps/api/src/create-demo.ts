import { createHmac } from 'node:crypto';
import { linkAccount, listOwnPatients, loadDemoPatient } from '@holovitals/clinical';
import { anonymous, type Actor } from '@holovitals/database';
import { installAccount, installOrganization } from '@holovitals/identity';
import { demoInProduction } from './errors.ts';
import { openPlatform, type Platform } from './open-platform.ts';
import { reportError } from './report-error.ts';
import { readSettings } from './settings.ts';

const DOCTOR = { email: 'demo.doctor@example.org', displayName: 'Demo Doctor', role: 'DOCTOR' };
const PATIENT = { email: 'demo.patient@example.org', displayName: 'Demo Patient', role: 'PATIENT' };

try {
  if (process.env['NODE_ENV'] === 'production') throw demoInProduction();
  await makeDemo();
} catch (error) {
  process.exitCode = reportError(error);
}

/**
 * Makes a practice with a doctor and a made-up patient who has an account, and prints the account as
 * JSON. What is there is left alone. The password follows from SESSION_SECRET, so that every start
 * can print it.
 */
async function makeDemo(): Promise<void> {
  const settings = await readSettings();
  const platform = await openPlatform(settings);
  const { identity, clinical } = platform;
  const passwordOf = ({ email }: { email: string }) =>
    `${createHmac('sha256', settings.codeKey).update(`demo ${email}`).digest('base64url').slice(0, 24)}-aA1`;
  try {
    const organizationId = await installOrganization(identity, 'Demo Practice');
    const account = { ...PATIENT, password: passwordOf(PATIENT), organizationId: null };
    const patient = await actorOf(platform, account);
    if ((await listOwnPatients(clinical, patient)).length === 0) {
      const doctor = await actorOf(platform, {
        ...DOCTOR,
        password: passwordOf(DOCTOR),
        organizationId,
      });
      const id = await loadDemoPatient(clinical, doctor);
      await linkAccount(clinical, doctor, id, { email: PATIENT.email });
    }
    const { email, password } = account;
    process.stdout.write(`${JSON.stringify({ email, password })}\n`);
  } finally {
    await identity.db.$disconnect();
  }
}

/** Makes the account, if it is not there, and acts as its person. */
async function actorOf(
  { identity }: Platform,
  account: Parameters<typeof installAccount>[1],
): Promise<Actor> {
  const facts = { ip: null, userAgent: null, requestId: null, source: 'installation' };
  const { role, organizationId } = account;
  const userId = await installAccount(identity, account);
  return { ...anonymous(facts), userId, role, organizationId, mfa: true };
}
