/** A session as the owner of the tables, who may read and write `encryption_keys`. */
export interface KeySession {
  query<Row extends object>(
    sql: string,
    values?: readonly unknown[],
  ): Promise<{ readonly rows: Row[] }>;
}
