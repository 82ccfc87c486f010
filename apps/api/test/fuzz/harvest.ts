import type { Operation } from './operations.ts';

const UUID = /^[\da-f]{8}-([\da-f]{4}-){3}[\da-f]{12}$/;
const KEPT = 60;

/** A part of a chart: a row of a list, an identifier, a member of the care team. */
export interface Place {
  readonly patientId: string | undefined;
  readonly id: string;
}

/** What answers told, so that later requests reach what is really there. */
export class Harvest {
  readonly #places = new Map<string, Place[]>();
  readonly #values = new Map<string, string[]>();

  /** Keeps the ids, cursors, tokens and tags of an answer. */
  learn({ path }: Operation, url: string, body: unknown, etag: string | undefined): void {
    const segments = path.split('/');
    const given = url.split('?')[0]?.split('/') ?? [];
    const patientId = path.startsWith('/v1/patients/{id}') ? given[3] : undefined;
    const part = segments.filter((segment) => !segment.startsWith('{')).at(-1) ?? '';
    if (etag !== undefined) this.#keep(this.#values, 'etag', etag);
    this.#walk(body, (key, value, depth) => {
      if (key === 'next') this.#keep(this.#values, `cursor ${path}`, value);
      if (/[tT]oken$|^secret$|^key$/.test(key)) this.#keep(this.#values, key, value);
      if (!UUID.test(value)) return;
      if (key === 'id' && depth <= 2) this.#keep(this.#places, part, { patientId, id: value });
      else this.#keep(this.#values, key, value);
    });
  }

  /** Keeps a value by a name. */
  keep(name: string, value: string): void {
    this.#keep(this.#values, name, value);
  }

  /** Parts that were seen under a segment of the path. */
  placesOf(segment: string): readonly Place[] {
    return this.#places.get(segment) ?? [];
  }

  /** Values that were seen under a name. */
  valuesOf(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }

  #keep<Value>(into: Map<string, Value[]>, name: string, value: Value): void {
    const list = into.get(name) ?? [];
    into.set(name, list);
    list.push(value);
    if (list.length > KEPT) list.shift();
  }

  #walk(node: unknown, see: (key: string, value: string, depth: number) => void, depth = 0): void {
    if (typeof node !== 'object' || node === null || depth > 5) return;
    for (const [key, value] of Object.entries(node)) {
      if (typeof value === 'string') see(key, value, Array.isArray(node) ? depth - 1 : depth);
      else this.#walk(value, see, depth + 1);
    }
  }
}
