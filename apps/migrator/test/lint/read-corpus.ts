import { readFileSync } from 'node:fs';

/** A script of the corpus, judged by hand. */
export interface CorpusCase {
  /** Line of the corpus at which it is judged. */
  readonly line: number;
  readonly sql: string;
  /** The codes of all that is to be found; empty where nothing is. */
  readonly codes: readonly string[];
}

/** Reads the corpus: `=== code, code` or `=== none`, and below it the script up to the next such line. */
export function readCorpus(): CorpusCase[] {
  const text = readFileSync(new URL('corpus.txt', import.meta.url), 'utf8');
  const lines = text.split('\n');
  const heads = lines.flatMap((line, at) => (line.startsWith('=== ') ? [at] : []));
  return heads.map((at, index) => {
    const words = (lines[at] ?? '').slice(4).trim();
    return {
      line: at + 1,
      sql: lines
        .slice(at + 1, heads[index + 1])
        .filter((line) => !line.startsWith('### '))
        .join('\n')
        .trim(),
      codes: words === 'none' ? [] : words.split(/\s*,\s*/).sort(),
    };
  });
}
