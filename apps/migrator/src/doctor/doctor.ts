import { isCodedError } from '@holovitals/errors';
import type { SchemaManifest } from '@holovitals/schema-composer';
import { describeDatabaseError } from '../connection/database-error.ts';
import { withConnection } from '../connection/connect.ts';
import { resolveTarget, type DatabaseTarget } from '../environment/database-target.ts';
import { loadManifest, type Workspace } from '../environment/workspace.ts';
import { applicationChecks } from './application-checks.ts';
import { connectionChecks } from './connection-checks.ts';
import type { DatabaseCheck, Examination } from './examination.ts';
import { critical, ok, skipped, type Finding, type FindingState, type Verdict } from './finding.ts';
import { checkNode } from './host-checks.ts';
import { privilegeChecks } from './privilege-checks.ts';
import { serverChecks } from './server-checks.ts';
import { sideRoleChecks } from './side-role-checks.ts';
import { storageChecks } from './storage-checks.ts';

/** What {@link runDoctor} found. */
export interface DoctorReport {
  /** The gravest of the findings. */
  readonly state: Exclude<FindingState, 'skipped'>;
  readonly findings: readonly Finding[];
}

const DATABASE_CHECKS: readonly DatabaseCheck[] = [
  ...serverChecks,
  ...connectionChecks,
  ...privilegeChecks,
  ...storageChecks,
  ...applicationChecks,
  ...sideRoleChecks,
];

/**
 * Examines this host, the server and the rights on it, and changes nothing (the embedded server is
 * started where it does not run). No check hides another: what cannot be looked at is `skipped`.
 */
export async function runDoctor(workspace: Workspace): Promise<DoctorReport> {
  const { manifest, verdict } = readComposed(workspace);
  const findings: Finding[] = [
    { name: 'node', ...checkNode() },
    { name: 'composed-schema', ...verdict },
    ...(await reach(workspace, manifest)),
  ];
  const states = findings.map(({ state }) => state);
  const state = states.includes('critical')
    ? 'critical'
    : states.includes('warning')
      ? 'warning'
      : 'ok';
  return { state, findings };
}

function readComposed(workspace: Workspace): {
  manifest: SchemaManifest | null;
  verdict: Verdict;
} {
  try {
    const manifest = loadManifest(workspace);
    return {
      manifest,
      verdict: ok(`The schema is composed of ${manifest.domains.length} domain(s).`),
    };
  } catch (error) {
    return { manifest: null, verdict: refusal(error) };
  }
}

async function reach(workspace: Workspace, manifest: SchemaManifest | null): Promise<Finding[]> {
  let target: DatabaseTarget | undefined;
  try {
    target = await resolveTarget(workspace);
    return await examine(workspace, target, manifest);
  } catch (error) {
    const verdict = refusal(error);
    // The roles and the database of the embedded server are the migrator's own to make.
    const fix = target?.kind === 'embedded' && { fix: 'Run `pnpm migrator roles sync`.' };
    return [
      { name: 'reachable', ...verdict, ...fix },
      ...DATABASE_CHECKS.map(({ name }) => ({
        name,
        ...skipped('Not looked at.', 'The database was not reached.'),
      })),
    ];
  }
}

function refusal(error: unknown): Verdict {
  if (!isCodedError(error)) throw error;
  const {
    message,
    why = 'Nothing works without it.',
    fix = 'Correct it and run this again.',
  } = error;
  return critical(message, why, fix);
}

async function examine(
  workspace: Workspace,
  target: DatabaseTarget,
  manifest: SchemaManifest | null,
): Promise<Finding[]> {
  const production = process.env['NODE_ENV'] === 'production';
  return withConnection(
    target.ownerUrl,
    async (client) => {
      const { host, pathname } = new URL(target.ownerUrl);
      const reached = ok(`Reached ${host === '' ? 'the local socket' : host}${pathname}.`);
      const findings: Finding[] = [{ name: 'reachable', ...reached }];
      for (const check of DATABASE_CHECKS) {
        findings.push(await perform(check, { workspace, target, manifest, client, production }));
      }
      return findings;
    },
    'any server',
  );
}

/** A check that the server refuses to answer tells nothing about the others. */
async function perform({ name, check }: DatabaseCheck, examination: Examination): Promise<Finding> {
  try {
    return { name, ...(await check(examination)) };
  } catch (error) {
    const why = isCodedError(error) ? error.message : describeDatabaseError(error);
    return { name, ...skipped('It could not be looked at.', why) };
  }
}
