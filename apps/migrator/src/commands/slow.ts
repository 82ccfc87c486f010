import { connectPlain, withReadTransaction } from '../connection/connect.ts';
import { resolveTarget, type DatabaseTarget } from '../environment/database-target.ts';
import { openWorkspace } from '../environment/workspace.ts';
import { printData, printJson } from '../output.ts';
import { explainQuery } from '../slow/explain-query.ts';
import { readQueryText, readSlow, type Ranking } from '../slow/read-slow.ts';
import { renderPlan } from '../slow/render-plan.ts';
import { renderSlow } from '../slow/render-slow.ts';

export interface SlowCommandOptions {
  readonly json?: boolean;
  readonly by: Ranking;
  readonly limit: number;
  /** The id of a query. */
  readonly plan?: string;
}

export async function slow({ json, by, limit, plan }: SlowCommandOptions): Promise<void> {
  const target = await resolveTarget(openWorkspace());
  if (plan !== undefined) return explain(target, plan, json === true);
  const url = await countingUrl(target);
  const report = await withReadTransaction(url, (client) =>
    readSlow(client, { database: target.database, rankedBy: by, limit, now: new Date() }),
  );
  if (json === true) return printJson(report);
  printData(renderSlow(report));
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
