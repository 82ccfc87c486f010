import { randomUUID } from 'node:crypto';
import { withConnection } from '../connection/connect.ts';
import { withMigrationLock } from '../deploy/migration-lock.ts';
import { nextTimestamp, writeMigrationFiles } from '../dev/write-migration.ts';
import type { DatabaseTarget } from '../environment/database-target.ts';
import type { Workspace } from '../environment/workspace.ts';
import { nameInvalid } from '../errors.ts';
import { insertRow } from '../history/applied.ts';
import { readHistory } from '../history/read-history.ts';
import type { DriftReport } from './find-drift.ts';
import { TABLE_WRITERS } from './table-statements.ts';

const LOCK_WAIT_MS = 600_000;

/** What {@link writeFix} wrote. */
export interface DriftFix {
  /** Null where nothing of it is a migration's. */
  readonly migration: string | null;
  /** What files in `sql/`, `roles sync` or a person must mend. */
  readonly left: readonly string[];
}

/**
 * Writes the migration that makes of the history what the database is, and counts it as applied
 * there. Objects and rights are not a migration's: they are left to their files.
 *
 * @throws CodedError `MIGRATOR.NAME_INVALID`
 */
export async function writeFix(
  workspace: Workspace,
  target: DatabaseTarget,
  report: DriftReport,
  name: string,
): Promise<DriftFix> {
  if (!/^[a-z0-9][a-z0-9_]{0,80}$/.test(name)) throw nameInvalid(name);
  const isMigrations = ({ kind }: { readonly kind: string }) => kind in TABLE_WRITERS;
  const left = [
    ...report.drift.filter((it) => !isMigrations(it)).map(({ identity }) => identity),
    ...report.byHand,
  ];
  const { toDatabase, toHistory } = report;
  const [up, down] = [toDatabase, toHistory].map((statements) =>
    statements
      .filter((sql) => !OBJECTS.test(sql))
      .join('\n')
      .concat('\n'),
  );
  if (up === undefined || up === '\n') return { migration: null, left };
  const migration = `${nextTimestamp(readHistory(workspace))}_${name}`;
  const domains = [...new Set(report.drift.filter(isMigrations).flatMap((it) => it.domain ?? []))];
  const meta = { domains, reversible: true, losses: [] };
  writeMigrationFiles(workspace, [{ name: migration, up, down: down ?? '', meta }]);
  await withConnection(target.ownerUrl, (client) =>
    withMigrationLock(client, { waitMs: LOCK_WAIT_MS, onWait: () => undefined }, async () => {
      const written = readHistory(workspace).find((it) => it.name === migration);
      if (written === undefined) return;
      await insertRow(client, {
        ...{ id: randomUUID(), migration: written, started: new Date(), finished: true },
      });
    }),
  );
  return { migration, left: [...new Set(left)] };
}

const OBJECTS =
  /^(CREATE (OR REPLACE )?(FUNCTION|PROCEDURE|VIEW|MATERIALIZED|TRIGGER|CONSTRAINT TRIGGER|POLICY)|DROP (FUNCTION|PROCEDURE|VIEW|MATERIALIZED|TRIGGER|POLICY)|GRANT|REVOKE|COMMENT|ALTER \w+( VIEW)? .* OWNER TO)/;
