import type pg from 'pg';
import { describeDatabaseError, isServerError } from '../connection/database-error.ts';
import { queryUnplannable } from '../errors.ts';
import { redactQuery } from '../health/redact-query.ts';

/** One step of a plan. No condition holds a value. */
export interface PlanStep {
  /** `Index Scan using items_pkey on items`. */
  readonly step: string;
  /** In the planner's own unit. */
  readonly cost: number;
  readonly rows: number;
  /** `Index Cond: (id = $1)`. */
  readonly conditions: readonly string[];
  readonly below: readonly PlanStep[];
}

interface Node {
  readonly 'Node Type': string;
  readonly 'Total Cost': number;
  readonly 'Plan Rows': number;
  readonly 'Join Type'?: string;
  readonly 'Index Name'?: string;
  readonly Schema?: string;
  readonly 'Relation Name'?: string;
  readonly Operation?: string;
  readonly Plans?: readonly Node[];
}

const STATEMENT = 'migrator_slow';

/**
 * Asks for the plan of a query as the server keeps it, for whatever values: nothing of it runs.
 *
 * @throws CodedError `MIGRATOR.QUERY_UNPLANNABLE`
 */
export async function explainQuery(client: pg.Client, id: string, text: string): Promise<PlanStep> {
  await client.query('savepoint explained');
  try {
    await client.query(`set local plan_cache_mode = force_generic_plan`);
    await client.query(`prepare ${STATEMENT} as ${text}`);
    const prepared = await client.query<{ count: number }>(
      `select cardinality(parameter_types) as count from pg_prepared_statements where name = $1`,
      [STATEMENT],
    );
    const values = Array.from({ length: prepared.rows[0]?.count ?? 0 }, () => 'null').join(', ');
    const { rows } = await client.query<{ 'QUERY PLAN': readonly { Plan: Node }[] }>(
      `explain (format json, verbose) execute ${STATEMENT}${values === '' ? '' : `(${values})`}`,
    );
    const plan = rows[0]?.['QUERY PLAN'][0]?.Plan;
    if (plan === undefined) throw queryUnplannable(id, 'The server gave none.');
    return await describe(plan);
  } catch (error) {
    if (!isServerError(error)) throw error;
    await client.query('rollback to savepoint explained');
    throw queryUnplannable(id, describeDatabaseError(error));
  } finally {
    // A prepared statement outlives its transaction: through a pooler, others would have it.
    await client.query(`deallocate all`).catch(() => undefined);
  }
}

async function describe(node: Node): Promise<PlanStep> {
  const conditions: string[] = [];
  for (const [key, value] of Object.entries(node)) {
    if (!/ (Cond|Filter|Key)$|^Filter$/.test(key)) continue;
    const texts = Array.isArray(value) ? value.map(String) : [String(value)];
    const shown = await Promise.all(texts.map(redactQuery));
    conditions.push(`${key}: ${shown.map((text) => text ?? 'not shown').join(', ')}`);
  }
  return {
    step: nameOf(node),
    cost: node['Total Cost'],
    rows: node['Plan Rows'],
    conditions,
    below: await Promise.all((node.Plans ?? []).map(describe)),
  };
}

function nameOf(node: Node): string {
  const { Schema: schema, Operation: operation } = node;
  const index = node['Index Name'];
  const join = node['Join Type'];
  const relation = node['Relation Name'];
  return [
    operation === undefined ? node['Node Type'] : operation,
    ...(join === undefined ? [] : [`(${join})`]),
    ...(index === undefined ? [] : [`using ${index}`]),
    ...(relation === undefined
      ? []
      : [`on ${schema === undefined ? '' : `${schema}.`}${relation}`]),
  ].join(' ');
}
