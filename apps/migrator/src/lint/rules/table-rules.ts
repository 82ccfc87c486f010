import { constraintsOf, nameOf } from '../../plan/locks/catalog.ts';
import { LOCK_MODES, whomBlocks } from '../../plan/locks/lock-mode.ts';
import { treeOf } from '../../statements/read-statements.ts';
import { isOff, optionOf } from '../added-parts.ts';
import type { Rule } from '../rule.ts';

const maintenanceRewrites: Rule = {
  code: 'maintenance-rewrites',
  severity: 'error',
  summary: 'writes a table anew to tidy it',
  why: 'VACUUM FULL and CLUSTER close the table to readers and writers until it and its indexes are written anew.',
  instead:
    'Let plain VACUUM do its work; an administrator may shrink tables beside their readers with pg_repack.',
  bad: 'VACUUM FULL orders;',
  safe: 'VACUUM (ANALYZE) orders;',
  check({ node, subjects }) {
    const tree = treeOf(node, 'VacuumStmt');
    const full = optionOf(tree?.options, 'full');
    const isFull = tree?.is_vacuumcmd === true && full !== null && !isOff(full);
    if (!isFull && treeOf(node, 'ClusterStmt') === undefined) return [];
    if (subjects.length === 0)
      return [{ message: 'Every table is closed in turn while it is written anew.' }];
    return subjects.map(({ name, relation }) => ({
      message: `${name} is closed while it is written anew.`,
      on: [relation],
    }));
  },
};

const loggedChanged: Rule = {
  code: 'logged-changed',
  severity: 'error',
  summary: 'makes a table logged or unlogged',
  why: 'The whole table is written anew, closed to readers and writers; an unlogged one is emptied by a crash and is on no replica.',
  instead: 'Make a new table of the other sort, and move the rows in batches.',
  bad: 'ALTER TABLE orders SET UNLOGGED;',
  safe: 'CREATE UNLOGGED TABLE orders_cache (id int PRIMARY KEY);',
  check({ command, impact, subjects: [table] }) {
    if (!/^AT_Set(Un)?Logged$/.test(command?.subtype ?? '') || table === undefined) return [];
    if (impact.rewrites.size === 0) return [];
    return [{ message: `${table.name} is written anew.`, on: [...impact.rewrites] }];
  },
};

const storageMoved: Rule = {
  code: 'storage-moved',
  severity: 'error',
  summary: 'moves a table to another access method or tablespace',
  why: 'The whole table is copied, closed to readers and writers.',
  instead:
    'Make a new table there, and move the rows in batches; leave tablespaces to an administrator.',
  bad: 'ALTER TABLE orders SET TABLESPACE fast;',
  safe: 'CREATE TABLE orders_2 (id int PRIMARY KEY) TABLESPACE fast;',
  check({ command, impact, subjects: [table] }) {
    if (!/^AT_Set(AccessMethod|TableSpace)$/.test(command?.subtype ?? '') || table === undefined)
      return [];
    const isIndex = table.relation.indexOf !== null || table.relation.kind === 'i';
    if (impact.rewrites.size === 0 && !isIndex) return [];
    return [{ message: `${table.name} is copied as a whole.`, on: [table.relation] }];
  },
};

const triggerOnTable: Rule = {
  code: 'trigger-on-existing-table',
  severity: 'warning',
  summary: 'makes a trigger on a table that is in use',
  why: 'Writes wait for the lock, and from then on every write runs the trigger, also those of the release that runs now.',
  instead:
    'See that the function bears what the release that runs now writes, and say so in the suppression.',
  bad: 'CREATE TRIGGER orders_touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();',
  safe: `CREATE TABLE visits (id int PRIMARY KEY);
CREATE TRIGGER visits_touch BEFORE UPDATE ON visits FOR EACH ROW EXECUTE FUNCTION touch();`,
  check({ node, subjects: [table] }) {
    const tree = treeOf(node, 'CreateTrigStmt');
    if (tree === undefined || table === undefined || table.relation.kind === 'v') return [];
    return [
      {
        message: `Every write to ${table.name} runs ${tree.trigname ?? 'it'} from now on.`,
        on: [table.relation],
      },
    ];
  },
};

const autovacuumOff: Rule = {
  code: 'autovacuum-off',
  severity: 'warning',
  summary: 'turns autovacuum off for a table',
  why: 'Dead rows are never cleared and statistics grow old; in the end the server stops to guard against wraparound.',
  instead:
    'Make it gentler (autovacuum_vacuum_cost_delay) or rarer (autovacuum_vacuum_scale_factor).',
  bad: 'ALTER TABLE orders SET (autovacuum_enabled = false);',
  safe: 'ALTER TABLE orders SET (autovacuum_vacuum_scale_factor = 0.01);',
  check({ node, command }) {
    const set =
      command?.subtype === 'AT_SetRelOptions' ? treeOf(command.def, 'List')?.items : undefined;
    const options = set ?? treeOf(node, 'CreateStmt')?.options;
    return isOff(optionOf(options, 'autovacuum_enabled'))
      ? [{ message: 'Nothing clears the dead rows of the table.' }]
      : [];
  },
};

const replicaIdentityChanged: Rule = {
  code: 'replica-identity-changed',
  severity: 'warning',
  summary: 'changes by what replication knows a row',
  why: 'With NOTHING, subscribers refuse updates and deletes; with FULL, every old row goes into the log whole.',
  instead: 'Keep the primary key as the identity.',
  bad: 'ALTER TABLE orders REPLICA IDENTITY FULL;',
  safe: 'ALTER TABLE orders REPLICA IDENTITY DEFAULT;',
  check({ command, subjects: [table] }) {
    const type = treeOf(command?.def, 'ReplicaIdentityStmt')?.identity_type;
    if (command?.subtype !== 'AT_ReplicaIdentity' || table === undefined || type === 'd') return [];
    return [
      {
        message: `Subscribers know rows of ${table.name} by something else from now on.`,
        on: [table.relation],
      },
    ];
  },
};

const partitionDetached: Rule = {
  code: 'partition-detached-at-once',
  severity: 'error',
  summary: 'detaches a partition while nobody can read or write its parent',
  why: 'DETACH PARTITION takes an ACCESS EXCLUSIVE lock on the parent and holds it until the transaction ends.',
  instead:
    'Write DETACH PARTITION … CONCURRENTLY, alone in its migration; it is refused only where there is a default partition.',
  bad: 'ALTER TABLE sales DETACH PARTITION sales_2025;',
  safe: 'ALTER TABLE sales DETACH PARTITION sales_2025 CONCURRENTLY;',
  check({ command, subjects: [table] }) {
    const part = treeOf(command?.def, 'PartitionCmd');
    if (
      command?.subtype !== 'AT_DetachPartition' ||
      table === undefined ||
      part?.concurrent === true
    )
      return [];
    return [
      {
        message: `Reads and writes of ${table.name} wait until the transaction ends.`,
        on: [table.relation],
      },
    ];
  },
};

const partitionReadsRows: Rule = {
  code: 'partition-reads-rows',
  severity: 'error',
  summary: 'attaches a partition and reads rows to see whether they fit',
  why: 'The new partition, and the default one, are closed to readers and writers while all their rows are read.',
  instead:
    "Add a CHECK of the partition's bounds NOT VALID, validate it in a migration of its own, then attach; of the default partition one that leaves them out.",
  bad: "ALTER TABLE sales ATTACH PARTITION sales_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');",
  safe: `ALTER TABLE sales_2026 ADD CONSTRAINT in_2026 CHECK (sold_at >= '2026-01-01' AND sold_at < '2027-01-01') NOT VALID;
-- next migration
ALTER TABLE sales_2026 VALIDATE CONSTRAINT in_2026;
-- next migration
ALTER TABLE sales ATTACH PARTITION sales_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');`,
  check({ node, command, impact }, { catalog }) {
    const isPart = treeOf(node, 'CreateStmt')?.partbound !== undefined;
    if (command?.subtype !== 'AT_AttachPartition' && !isPart) return [];
    const read = [...impact.scans].filter(
      (relation) =>
        !constraintsOf(catalog, relation).some((it) => it.kind === 'c' && it.isValidated),
    );
    if (read.length === 0) return [];
    return [
      { message: `Every row of ${read.map(nameOf).join(', ')} is read under lock.`, on: read },
    ];
  },
};

const refreshNotConcurrent: Rule = {
  code: 'refresh-not-concurrent',
  severity: 'warning',
  summary: 'refreshes a materialized view while nobody can read it',
  why: 'REFRESH takes an ACCESS EXCLUSIVE lock for as long as the query runs.',
  instead:
    'Write REFRESH MATERIALIZED VIEW CONCURRENTLY, which needs a unique index, and do so in a job rather than a migration.',
  bad: 'REFRESH MATERIALIZED VIEW order_totals;',
  safe: 'REFRESH MATERIALIZED VIEW CONCURRENTLY order_totals;',
  check({ node, subjects: [view] }) {
    const tree = treeOf(node, 'RefreshMatViewStmt');
    if (tree === undefined || tree.concurrent === true || view === undefined) return [];
    return [
      { message: `Readers of ${view.name} wait until it is refreshed.`, on: [view.relation] },
    ];
  },
};

const explicitLock: Rule = {
  code: 'table-locked-by-hand',
  severity: 'warning',
  summary: 'locks a table by hand',
  why: 'The lock is held until the transaction ends, whatever follows.',
  instead: 'Let each statement take the lock that it needs.',
  bad: 'LOCK TABLE orders;',
  safe: 'LOCK TABLE orders IN ROW SHARE MODE;',
  check({ node, subjects }) {
    const tree = treeOf(node, 'LockStmt');
    if (tree === undefined) return [];
    const mode = LOCK_MODES[(tree.mode ?? 8) - 1] ?? 'ACCESS EXCLUSIVE';
    const blocked = whomBlocks(mode).filter((who) => who === 'reads' || who === 'writes');
    if (blocked.length === 0) return [];
    return subjects.map(({ name, relation }) => ({
      message: `${capital(blocked.join(' and '))} of ${name} wait until the transaction ends.`,
      on: [relation],
    }));
  },
};

export const tableRules: readonly Rule[] = [
  ...[maintenanceRewrites, loggedChanged, storageMoved, triggerOnTable, autovacuumOff],
  ...[replicaIdentityChanged, partitionDetached, partitionReadsRows, refreshNotConcurrent],
  explicitLock,
];

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
