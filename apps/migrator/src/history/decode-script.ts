/**
 * Reads a script's bytes as UTF-8 text, a byte order mark left as it is (it counts in checksums);
 * null where they are not UTF-8 or hold a NUL, at which the server would stop reading unnoticed.
 */
export function decodeScript(bytes: Uint8Array): string | null {
  try {
    const script = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return script.includes('\0') ? null : script;
  } catch {
    return null;
  }
}

/** A script as the server is to have it: a byte order mark is a syntax error there. */
export function withoutByteOrderMark(script: string): string {
  return script.startsWith('\uFEFF') ? script.slice(1) : script;
}
