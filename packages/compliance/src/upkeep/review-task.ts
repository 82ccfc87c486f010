import { v7 as uuidV7 } from 'uuid';
import { inDays } from '../archive/audit-months.ts';
import type { CommandContext, Session } from '../command/package-command.ts';
import { reviewMissing } from '../errors.ts';
import { reviewFindingsSchema } from '../review.schema.ts';
import type { UpkeepTask } from './upkeep-task.ts';
import { windowAt, type Window } from './window.ts';

/** A review that a person owes. */
export interface OwedReview extends Pick<UpkeepTask, 'name' | 'period' | 'summary'> {
  /** `AccessReview.kind`. */
  readonly kind: string;
  /** Counts that the reviewer begins with. */
  readonly facts?: (session: Session, window: Window) => Promise<string>;
}

interface ReviewRow {
  readonly id: string;
  readonly dueAt: string;
  readonly completedAt: string | null;
}

/** What stands in `AccessReview.scope` of a task. */
export function scopeOf({ name }: Pick<OwedReview, 'name'>): string {
  return `upkeep: ${name}`;
}

/**
 * Makes a task of a review: once in a period it opens an `AccessReview` of the period before, due by
 * the end of this one; a person completes it.
 */
export function reviewTask(review: OwedReview): UpkeepTask {
  return {
    ...{ name: review.name, period: review.period, summary: review.summary },
    async run(context) {
      const window = windowAt(review.period, context.now, 1);
      const { id, dueAt, completedAt } = await openReview(context, review, window);
      const facts = (await review.facts?.(context.session, window)) ?? '';
      const when = `of ${inDays(window.first)} to ${inDays(window.last)}`;
      return completedAt === null
        ? { state: 'open', note: `review ${id} ${when}, due on ${dueAt}${facts && `; ${facts}`}` }
        : { state: 'done', note: `review ${id} ${when}, completed on ${completedAt}` };
    },
    complete: async (context, by) => ({
      note: `review ${await completeReview(context, review, by)}`,
    }),
  };
}

async function openReview(
  context: CommandContext,
  review: OwedReview,
  { first, last }: Window,
): Promise<ReviewRow> {
  const { session, now } = context;
  const key = [review.kind, scopeOf(review), inDays(first)];
  return context.inTransaction(`opening the review ${review.name}`, async () => {
    await session.query(
      `select pg_advisory_xact_lock(hashtextextended('access_reviews upkeep', 0))`,
    );
    await session.query(
      `insert into access_reviews (id, kind, scope, period_start, period_end, due_at, updated_at)
       select $4, $1, $2, $3::date, $5::date, $6::date, now() where not exists (
         select from access_reviews where kind = $1 and scope = $2 and period_start = $3::date)`,
      [...key, uuidV7(), inDays(last), inDays(windowAt(review.period, now).last)],
    );
    const { rows } = await session.query<ReviewRow>(
      `select id, due_at::text as "dueAt", completed_at::date::text as "completedAt"
       from access_reviews where kind = $1 and scope = $2 and period_start = $3::date limit 1`,
      key,
    );
    return rows[0] as ReviewRow;
  });
}

/** Completes the oldest open review of the task. */
async function completeReview(
  { session, url }: CommandContext,
  review: OwedReview,
  { person, note }: { readonly person: string; readonly note: string | null },
): Promise<string> {
  const { findPermitted } = await import('../people/find-permitted.ts');
  const reviewerId = await findPermitted(
    { session, url },
    { option: '--by', person, permission: 'REVIEW_ACCESS' },
  );
  const found = note === null ? [] : [{ key: 'note', severity: 'INFO', text: note.slice(0, 4000) }];
  const { rows } = await session.query<{ id: string }>(
    `update access_reviews set status = 'FULFILLED', completed_at = now(), updated_at = now(),
       reviewer_id = $3, findings = $4
     where id = (select id from access_reviews
       where kind = $1 and scope = $2 and completed_at is null and status <> 'WITHDRAWN'
       order by period_start limit 1 for update)
     returning id`,
    [review.kind, scopeOf(review), reviewerId, JSON.stringify(reviewFindingsSchema.parse(found))],
  );
  const [completed] = rows;
  if (completed === undefined) throw reviewMissing(review.name, review.period);
  return completed.id;
}
