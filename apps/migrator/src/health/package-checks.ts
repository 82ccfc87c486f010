import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SchemaManifest } from '@holovitals/schema-composer';
import type pg from 'pg';
import { isDatabaseError } from '../connection/database-error.ts';
import type { Workspace } from '../environment/workspace.ts';
import { healthChecksUnreadable } from '../errors.ts';
import type { HealthFinding, Severity } from './finding.ts';
import type { HealthCheck } from './health-check.ts';

/**
 * A check that a package brings: `"migrator": { "healthChecks": "./dist/health-checks.js" }`, a
 * module with a list `healthChecks`. It reads only, and its texts hold no value of a row.
 *
 * @example
 * export const healthChecks = [
 *   {
 *     name: 'orders-waiting',
 *     async look(session, now) {
 *       const { rows } = await session.query('select …', [now]);
 *       return rows.map(() => ({ severity: 'warning', what: '…', why: '…', fix: '…' }));
 *     },
 *   },
 * ];
 */
export interface PackageHealthCheck {
  /** Words with hyphens. */
  readonly name: string;
  look(session: Pick<pg.Client, 'query'>, now: Date): Promise<readonly PackageFinding[]>;
}

/** What it found; its code is `domain/name of the check`. */
export interface PackageFinding {
  readonly severity: Severity;
  readonly what: string;
  readonly why: string;
  readonly fix: string;
  readonly sql?: readonly string[];
}

interface PackageManifest {
  readonly migrator?: { readonly healthChecks?: string };
}

/**
 * Reads the checks that the domains' packages bring, in the form of the migrator's own.
 *
 * @throws CodedError `MIGRATOR.HEALTH_CHECKS_UNREADABLE`
 */
export async function readPackageChecks(
  workspace: Workspace,
  manifest: SchemaManifest,
  now: Date,
): Promise<HealthCheck[]> {
  const checks: HealthCheck[] = [];
  for (const { name: domain, directory } of manifest.domains) {
    const folder = path.join(workspace.root, directory);
    const file = path.join(folder, 'package.json');
    const { migrator } = JSON.parse(readFileSync(file, 'utf8')) as PackageManifest;
    if (migrator?.healthChecks === undefined) continue;
    const own = await readChecks(path.join(folder, migrator.healthChecks));
    checks.push(...own.map((check) => adapt(`${domain}/${check.name}`, check, now)));
  }
  return checks;
}

/** What it throws is told as unseen: it keeps no other check from looking. */
function adapt(name: `${string}/${string}`, check: PackageHealthCheck, now: Date): HealthCheck {
  return {
    name,
    async look({ client }) {
      try {
        const found = await check.look(client, now);
        const findings = found.map(({ severity, what, why, fix, sql = [] }): HealthFinding => ({
          ...{ code: name, severity, what, why, fix, sql },
        }));
        return { findings, measures: [] };
      } catch (error) {
        if (isDatabaseError(error)) throw error;
        const threw = error instanceof Error ? error.name : 'no error';
        return { findings: [], measures: [], unseen: `The check threw ${threw}.` };
      }
    },
  };
}

async function readChecks(entry: string): Promise<readonly PackageHealthCheck[]> {
  if (!existsSync(entry)) throw healthChecksUnreadable(entry, 'There is no such file.');
  let module: { healthChecks?: unknown };
  try {
    module = (await import(pathToFileURL(entry).href)) as typeof module;
  } catch (error) {
    const threw = error instanceof Error ? error.name : 'no error';
    throw healthChecksUnreadable(entry, `Loading it threw ${threw}.`);
  }
  const { healthChecks } = module;
  if (!Array.isArray(healthChecks) || !healthChecks.every(isCheck)) {
    throw healthChecksUnreadable(entry, 'It exports no list `healthChecks` of { name, look }.');
  }
  return healthChecks;
}

function isCheck(value: unknown): value is PackageHealthCheck {
  const { name, look } = (value ?? {}) as Partial<PackageHealthCheck>;
  return /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(String(name)) && typeof look === 'function';
}
