import { machineTasks } from './upkeep/machine-tasks.ts';
import { owedReviews } from './upkeep/owed-reviews.ts';
import { reviewTask } from './upkeep/review-task.ts';
import type { UpkeepTask } from './upkeep/upkeep-task.ts';

/** What `migrator maintain weekly|monthly|quarterly|annually` does besides, when this package is there. */
export const upkeep: readonly UpkeepTask[] = [...machineTasks, ...owedReviews.map(reviewTask)];
