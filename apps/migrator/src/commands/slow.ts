import { connectPlain, withReadTransaction } from '../connection/connect.ts';
import { resolveTarget, type DatabaseTarget } from '../environment/database-target.ts';
import { openWorkspace } from '../environment/workspace.ts';
import { printData, printJson } from '../output.ts';
import { explainQuery } from '../slow/explain-query.ts';
import { readQueryText, readSlow, type Ranking } from '../slow/read-slow.ts';
import { renderPlan } from '../slow/render-plan.ts';
import { renderSlow } from '../slow/render-slow.ts';
import { slowInOpenMetrics } from '../slow/slow-in-open-metrics.ts';
import { showReports, type ReportOptions } from './show-reports.ts';

export interface SlowCommandOptions extends ReportOptions {
  readonly by: Ranking;
  readonly limit: number;
  /** The id of a query. */
  readonly plan?: string;
}

export async function slow({ by, limit, plan, ...options }: SlowCommandOptions): Promise<void> {
  const target = await resolveTarget(openWorkspace());
  if (plan !== undefined) return explain(target, plan, options.json === true);
  const url = await countingUrl(target);
  const look = () =>
    withReadTransaction(url, (client) =>
      readSlow(client, { database: target.database, rankedBy: by, limit, now: new Date() }),
    );
  await showReports(options, look, { text: renderSlow, openMetrics: slowInOpenMetrics });
}

async function explain(target: DatabaseTarget, id: string, asJson: boolean): Promise<void> {
  const text = await withReadTransaction(await countingUrl(target), (client) =>
    readQueryText(client, target.database, id),
  );
  const plan = await withReadTransaction(target.ownerUrl, (client) =>
    explainQuery(client, id, text),
  );
  if (asJson) return printJson({ id, plan });
  printData(renderPlan(plan));
}

/**
 * Where the counts of a database are read. One database of a server shows those of all: on the
 * embedded server that is the one for administration, where nothing of anybody's schema is changed.
 */
async function countingUrl({ kind, ownerUrl, adminUrl }: DatabaseTarget): Promise<string> {
  if (kind === 'external') return ownerUrl;
  const url = new URL(adminUrl);
  url.pathname = '/postgres';
  const client = await connectPlain(url.toString());
  try {
    await client.query('create extension if not exists pg_stat_statements');
  } finally {
    await client.end();
  }
  return url.toString();
}
