import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { SchemaManifest } from '@holovitals/schema-composer';
import type pg from 'pg';
import { describeDatabaseError, isDatabaseError } from '../connection/database-error.ts';
import type { Workspace } from '../environment/workspace.ts';
import { checkFailed, checksUnreadable } from '../errors.ts';
import type { Difference } from './difference.ts';

/**
 * A check that a package brings: what it finds is a difference of `verify`. Its texts name things and
 * never hold a value of a row.
 *
 * @example
 * // package.json: "migrator": { "checks": "./checks.js" }
 * export const checks = [
 *   {
 *     name: 'partitions-ahead',
 *     async run(session) {
 *       const { rows } = await session.query('select …');
 *       return rows.map(({ name }) => ({ name, what: 'It has no partition for next month.' }));
 *     },
 *   },
 * ];
 */
export interface PackageCheck {
  /** Words with hyphens. */
  readonly name: string;
  run(session: Pick<pg.Client, 'query'>): Promise<readonly { name: string; what: string }[]>;
}

interface PackageManifest {
  readonly migrator?: { readonly checks?: string };
}

/**
 * Runs the checks that the domains' packages name, each in a read-only transaction.
 *
 * @throws CodedError `MIGRATOR.CHECKS_UNREADABLE`, `MIGRATOR.CHECK_FAILED`
 */
export async function runChecks(
  client: pg.Client,
  workspace: Workspace,
  manifest: SchemaManifest,
): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const { directory, name: domain } of manifest.domains) {
    for (const check of await readChecks(path.join(workspace.root, directory))) {
      const found = await runCheck(client, domain, check);
      differences.push(
        ...found.map(({ name, what }): Difference => ({
          ...{ kind: 'check-of-package', name: `${domain}/${check.name} ${name}`, what },
        })),
      );
    }
  }
  return differences;
}

async function readChecks(folder: string): Promise<readonly PackageCheck[]> {
  const file = path.join(folder, 'package.json');
  const { migrator } = JSON.parse(readFileSync(file, 'utf8')) as PackageManifest;
  if (migrator?.checks === undefined) return [];
  const entry = path.join(folder, migrator.checks);
  if (!existsSync(entry)) throw checksUnreadable(entry, 'There is no such file.');
  const module = (await import(pathToFileURL(entry).href)) as { checks?: unknown };
  if (!Array.isArray(module.checks) || !module.checks.every(isCheck)) {
    throw checksUnreadable(entry, 'It exports no list `checks` of { name, run }.');
  }
  return module.checks;
}

function isCheck(value: unknown): value is PackageCheck {
  const { name, run } = (value ?? {}) as Partial<PackageCheck>;
  return typeof name === 'string' && typeof run === 'function';
}

async function runCheck(client: pg.Client, domain: string, check: PackageCheck) {
  await client.query('begin read only');
  try {
    return await check.run(client);
  } catch (error) {
    const why = isDatabaseError(error)
      ? describeDatabaseError(error)
      : `It threw ${error instanceof Error ? error.name : 'no error'}.`;
    throw checkFailed(`${domain}/${check.name}`, why, error);
  } finally {
    await client.query('rollback').catch(() => undefined);
  }
}
