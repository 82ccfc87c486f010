/** Tells whether a text is a URL of a PostgreSQL server. */
export function isPostgresUrl(text: string): boolean {
  return URL.canParse(text) && ['postgres:', 'postgresql:'].includes(new URL(text).protocol);
}

/** The same server, another database, and another role where one is told. */
export function atDatabase(
  serverUrl: string,
  database: string,
  as?: { readonly name: string; readonly password: string },
): string {
  const url = new URL(serverUrl);
  url.pathname = `/${encodeDatabase(database)}`;
  url.searchParams.delete('schema');
  if (as !== undefined) {
    url.username = encodeURIComponent(as.name);
    url.password = encodeURIComponent(as.password);
  }
  return url.toString();
}

/**
 * node-postgres decodes a path with `decodeURI`, which leaves `%26` and its like as they are; libpq
 * decodes everything. Both read `&` and its like unencoded.
 */
export function encodeDatabase(name: string): string {
  return encodeURI(name).replaceAll('?', '%3F').replaceAll('#', '%23');
}
