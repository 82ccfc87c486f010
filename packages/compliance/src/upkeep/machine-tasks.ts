import type { UpkeepTask } from './upkeep-task.ts';

/** Upkeep that needs nobody; what it leaves to people stands in its note. */
export const machineTasks: readonly UpkeepTask[] = [
  {
    name: 'audit-months',
    period: 'weekly',
    summary: 'make the partitions of the audit log for a year ahead',
    async run({ session }) {
      const { rows } = await session.query<{ made: string }>(
        `select made from ensure_audit_partitions(date_trunc('month', now() at time zone 'UTC')::date, 13) as it (made)`,
      );
      return { state: 'done', note: `${rows.length} made` };
    },
  },
  {
    name: 'archive',
    period: 'monthly',
    summary: 'archive audit months whose retention is over',
    async run(context) {
      const { archiveMonths } = await import('../archive/archive.ts');
      const { archived, kept, nextDue } = await archiveMonths(context, {
        folder: 'archives',
        recipients: [],
      });
      const next = nextDue === null ? '' : `; the next is due on ${nextDue}`;
      return { state: 'done', note: `${archived.length} archived, ${kept.length} kept${next}` };
    },
  },
  {
    name: 'retention',
    period: 'monthly',
    summary: 'count what the retention policies let go',
    async run(context) {
      const { runRetention } = await import('../retention/run-retention.ts');
      const reports = await runRetention(context, {
        ...{ approvedById: null, folder: 'archives', recipients: [], batch: 1000, rate: null },
      });
      const going = reports
        .flatMap(({ tables }) => tables)
        .reduce((sum, table) => sum + table.going, 0);
      if (going === 0) return { state: 'done', note: 'nothing may go' };
      return {
        state: 'open',
        note: `${going} row(s) may go: \`pnpm migrator retention run --dry-run\`, then \`--approved-by\``,
      };
    },
  },
];
