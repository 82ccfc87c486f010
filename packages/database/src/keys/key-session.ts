/** A session as the owner of the tables, who may read and write `encryption_keys`. */
export interface KeySession {
  query<Row extends object>(
    sql: string,
    values?: readonly unknown[],
  ): Promise<{ readonly rows: Row[] }>;
}

/** What long work on keys and values is given. */
export interface KeyWork {
  readonly session: KeySession;
  /** Works in one transaction of the session; the work may be done again where it could not end. */
  inTransaction<T>(doing: string, work: () => Promise<T>): Promise<T>;
  /** How far it is. */
  progress(text: string): void;
}
