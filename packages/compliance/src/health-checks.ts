import { auditChecks } from './health/audit-checks.ts';
import type { HealthCheck } from './health/health-check.ts';
import { reviewChecks } from './health/review-checks.ts';
import { upkeepChecks } from './health/upkeep-checks.ts';

/** What `migrator health` looks at besides the database itself. */
export const healthChecks: readonly HealthCheck[] = [
  ...auditChecks,
  ...reviewChecks,
  ...upkeepChecks,
];
