import { withConnection } from '../connection/connect.ts';
import { resolveTarget } from '../environment/database-target.ts';
import { openWorkspace } from '../environment/workspace.ts';
import { printData, printJson, talk } from '../output.ts';
import { planDatabase, planOffline } from '../plan/plan.ts';
import { renderMarkdown } from '../plan/render-markdown.ts';
import { renderText } from '../plan/render-text.ts';
import { readStatistics } from '../statistics/read-statistics.ts';
import { writeStatisticsFile } from '../statistics/statistics-file.ts';

export async function plan(options: {
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly stats?: string;
  readonly statsOut?: string;
  readonly statsMaxAge: number;
}): Promise<void> {
  const workspace = openWorkspace();
  const now = new Date();
  const { stats, statsOut } = options;
  if (statsOut !== undefined) {
    const target = await resolveTarget(workspace);
    const statistics = await withConnection(target.ownerUrl, (client) =>
      readStatistics(client, now),
    );
    writeStatisticsFile(statsOut, statistics);
    const written = {
      file: statsOut,
      tables: statistics.tables.length,
      takenAt: statistics.takenAt,
    };
    if (options.json) return printJson(written);
    talk(`wrote ${statsOut}: sizes of ${written.tables} table(s), and no value of any row`);
    return;
  }
  const report =
    stats === undefined
      ? await planDatabase(workspace, await resolveTarget(workspace), now)
      : await planOffline(workspace, { file: stats, now, maxAgeDays: options.statsMaxAge });
  if (report.total.risky > 0 || report.needy !== null) process.exitCode = 3;
  if (options.json) return printJson(report);
  printData(options.markdown === true ? renderMarkdown(report) : renderText(report));
}
