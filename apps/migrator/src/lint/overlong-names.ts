/** What the server keeps of a name. */
const KEPT_BYTES = 63;

const TOKENS =
  /[eE]'(?:[^'\\]|''|\\[^])*'|'(?:[^']|'')*'|"((?:[^"]|"")*)"|\$([A-Za-z_\x80-\uffff][\w\x80-\uffff]*)?\$[^]*?\$\2\$|--[^\n\r]*|\/\*[^]*?\*\/|([A-Za-z_\x80-\uffff][\w$\x80-\uffff]*)/g;

/** The names in a statement that the server cuts off; texts, comments and bodies are none. */
export function overlongNames(statement: string): string[] {
  const names = [...statement.matchAll(TOKENS)].flatMap(([, quoted, , word]) => {
    const name = quoted?.replaceAll('""', '"') ?? word;
    return name !== undefined && Buffer.byteLength(name) > KEPT_BYTES ? [name] : [];
  });
  return [...new Set(names)];
}
