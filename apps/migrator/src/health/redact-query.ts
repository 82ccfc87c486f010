const LONGEST = 300;
const WORD = /^[\p{L}_][\p{L}\p{N}_$]*$/u;
const NAME = /^"(?:[^"]|"")*"$/;
const OPERATOR = /^[-+*/<>=~!@#%^&|`?:.,;()[\]]+$/;
const PARAMETER = /^\$\d+$/;

/**
 * A query without any of its values: only words, names, operators and parameters are kept, so that
 * what the lexer calls by any other name is a `?`; comments are dropped. Null where it cannot be read,
 * as when the server cut it off within a text.
 */
export async function redactQuery(query: string): Promise<string | null> {
  const { scan } = await import('libpg-query');
  let text = '';
  let end = 0;
  try {
    for (const token of (await scan(query)).tokens) {
      if (!token.tokenName.endsWith('_COMMENT')) {
        text += `${token.start > end && text !== '' ? ' ' : ''}${shown(token.text)}`;
      }
      end = token.end;
    }
  } catch {
    return null;
  }
  const short = text.replaceAll(/\?(?:\s*,\s*\?)+/g, '?, …');
  const characters = [...short];
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST).join('')}…` : short;
}

function shown(token: string): string {
  return [WORD, NAME, OPERATOR, PARAMETER].some((form) => form.test(token)) ? token : '?';
}
