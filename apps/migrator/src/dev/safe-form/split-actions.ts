/** `ALTER TABLE` cut into what stands before its actions, and the actions. */
export interface AlterParts {
  /** `ALTER TABLE "items" `. */
  readonly head: string;
  readonly actions: readonly string[];
}

const NAME = `(?:"(?:[^"]|"")*"|[A-Za-z_\\x80-\\uffff][\\w$\\x80-\\uffff]*)`;
const HEAD = new RegExp(
  `^alter\\s+table\\s+(?:if\\s+exists\\s+)?(?:only\\s+)?${NAME}(?:\\s*\\.\\s*${NAME})?\\s*`,
  'i',
);

// What holds commas and brackets that mean nothing, or a comma or bracket itself.
const MARKS =
  /[eE]'(?:[^'\\]|''|\\[^])*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_\x80-\uffff]*)\$[^]*?\$\1\$|--[^\n]*|\/\*[^]*?\*\/|[(),[\]]/g;

/** Cuts `ALTER TABLE name action, action` at the commas between its actions. */
export function splitActions(statement: string): AlterParts {
  const head = HEAD.exec(statement)?.[0] ?? '';
  const body = statement.slice(head.length);
  const actions: string[] = [];
  let [depth, start] = [0, 0];
  for (const { 0: mark, index } of body.matchAll(MARKS)) {
    if (mark === '(' || mark === '[') depth += 1;
    if (mark === ')' || mark === ']') depth -= 1;
    if (mark !== ',' || depth > 0) continue;
    actions.push(body.slice(start, index).trim());
    start = index + 1;
  }
  return { head: head.trim(), actions: [...actions, body.slice(start).trim()] };
}
