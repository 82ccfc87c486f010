import { inUnits } from '../connection/find-blockers.ts';
import { inBytes } from '../plan/amounts.ts';
import { RANKINGS, type SlowQuery, type SlowReport } from './read-slow.ts';

const INDENT = '    ';

/** Slow queries for people: each with its numbers, then its text without values. */
export function renderSlow({ since, rankedBy, totalMs, queries, hidden }: SlowReport): string {
  const from = since === null ? '' : ` since ${since}`;
  return [
    `${inUnits(totalMs)} of queries${from}, ranked by ${RANKINGS[rankedBy]}`,
    ...queries.map(renderQuery),
    ...(hidden === 0 ? [] : [`${hidden} quer(ies) of others are hidden: GRANT pg_read_all_stats`]),
  ].join('\n');
}

function renderQuery(it: SlowQuery): string {
  const numbers = [
    `${inPercent(it.share)} of the time`,
    `${it.calls} call(s) of ${inUnits(it.meanMs)}, at most ${inUnits(it.maxMs)}`,
    `${it.rows} row(s)`,
    ...(it.hitRatio === null ? [] : [`${inPercent(it.hitRatio)} from memory`]),
    ...(it.tempBytes === 0 ? [] : [`${inBytes(it.tempBytes)} put aside`]),
  ].join(', ');
  return `\n${it.id}  ${numbers}\n${INDENT}${it.query ?? 'not shown'}\n${INDENT}by ${it.roles.join(', ')}`;
}

function inPercent(ratio: number): string {
  return `${(ratio * 100).toFixed(1)} %`;
}
