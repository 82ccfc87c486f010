/**
 * A check as `migrator health` takes it from a package (docs/health.md). The migrator is an
 * application, which no domain imports.
 */
export interface HealthCheck {
  readonly name: string;
  look(session: Session, now: Date): Promise<readonly HealthFinding[]>;
}

/** A session in a read-only transaction. */
export interface Session {
  query<Row extends object>(
    sql: string,
    values?: readonly unknown[],
  ): Promise<{ readonly rows: Row[] }>;
}

/** What a check found: no value of a row, and nothing of a person. */
export interface HealthFinding {
  readonly severity: 'info' | 'warning' | 'critical';
  readonly what: string;
  readonly why: string;
  readonly fix: string;
  readonly sql?: readonly string[];
}
