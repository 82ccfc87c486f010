import { createReadStream } from 'node:fs';

/** A record of a CSV file. A field without a value, not even an empty quoted one, is null. */
export interface CsvRecord {
  /** The line that it starts on, from 1. */
  readonly line: number;
  readonly fields: readonly (string | null)[];
}

/** A fault in the form of a CSV file. It names the line and no value. */
export class CsvFault extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

/** Above this, a quote was surely never closed. */
const RECORD_LIMIT = 1_000_000;

/**
 * Reads a CSV file (RFC 4180, UTF-8, with or without a byte order mark, lines ended by LF or CRLF)
 * record by record: memory does not grow with the file. Empty lines are passed over.
 *
 * @throws CsvFault
 */
export async function* readCsv(file: string): AsyncGenerator<CsvRecord> {
  const scanner = new CsvScanner();
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const decode = (chunk: Buffer | null) => {
    try {
      return chunk === null ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch {
      throw new CsvFault(scanner.line, 'the file is not UTF-8.');
    }
  };
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    yield* scanner.scan(decode(chunk));
  }
  yield* scanner.scan(decode(null));
  yield* scanner.end();
}

type State = 'start' | 'plain' | 'quoted' | 'closed';

class CsvScanner {
  line = 1;
  #state: State = 'start';
  #field = '';
  #fields: (string | null)[] = [];
  #startedOn = 1;
  #size = 0;
  #hasReturn = false;

  *scan(text: string): Generator<CsvRecord> {
    for (const character of text) {
      if (this.#hasReturn) {
        this.#hasReturn = false;
        if (character !== '\n') throw new CsvFault(this.line, 'a carriage return ends no line.');
      }
      const record = this.#take(character);
      if (record !== null) yield record;
    }
  }

  *end(): Generator<CsvRecord> {
    if (this.#state === 'quoted') throw new CsvFault(this.#startedOn, 'a quote is not closed.');
    const record = this.#endRecord();
    if (record !== null) yield record;
  }

  #take(character: string): CsvRecord | null {
    if (++this.#size > RECORD_LIMIT) {
      throw new CsvFault(this.#startedOn, 'the record is too long: is a quote not closed?');
    }
    if (character === '\n') this.line += 1;
    if (this.#state === 'quoted') {
      if (character === '"') this.#state = 'closed';
      else this.#field += character;
      return null;
    }
    if (character === '"' && this.#state === 'closed') {
      this.#field += '"';
      this.#state = 'quoted';
    } else if (character === '"' && this.#state === 'start') this.#state = 'quoted';
    else if (character === '"') throw new CsvFault(this.line, 'a quote stands inside a field.');
    else if (character === ',') this.#endField();
    else if (character === '\n') return this.#endRecord();
    else if (character === '\r') this.#hasReturn = true;
    else if (this.#state === 'closed') {
      throw new CsvFault(this.line, 'text follows a closed quote.');
    } else {
      this.#field += character;
      this.#state = 'plain';
    }
    return null;
  }

  #endField(): void {
    this.#fields.push(this.#state === 'start' ? null : this.#field);
    this.#field = '';
    this.#state = 'start';
  }

  #endRecord(): CsvRecord | null {
    const isEmpty = this.#fields.length === 0 && this.#state === 'start';
    if (!isEmpty) this.#endField();
    const record = { line: this.#startedOn, fields: this.#fields };
    this.#fields = [];
    this.#startedOn = this.line;
    this.#size = 0;
    return isEmpty ? null : record;
  }
}
