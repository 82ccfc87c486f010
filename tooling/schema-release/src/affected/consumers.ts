import type { SchemaManifest } from '@holovitals/schema-composer';

/** A field of another domain that leads to what changed. */
export interface Consumer {
  readonly domain: string;
  /** `Order.item`. */
  readonly field: string;
  /** The model or enum it leads to. */
  readonly target: string;
}

/**
 * Fields of other domains that lead to the models and enums of `subjects`: the relations they write,
 * the enums they use, and plain ids with `@softref`. Of both schemas, for what is gone had consumers.
 */
export function consumersOf(
  domain: string,
  subjects: readonly string[],
  manifests: readonly SchemaManifest[],
): Consumer[] {
  const targets = new Set(subjects.map((subject) => subject.split('.', 1)[0] ?? subject));
  const found = new Map<string, Consumer>();
  for (const { models } of manifests) {
    for (const model of models.filter((each) => each.domain !== domain)) {
      const led = [
        ...model.relations
          .filter(({ fields }) => fields.length > 0)
          .map(({ name, model: target }) => ({ name, target })),
        ...model.fields
          .filter(({ kind }) => kind === 'enum')
          .map(({ name, type }) => ({ name, target: type })),
        ...model.fields.flatMap(({ name, softref }) =>
          softref !== null && 'model' in softref ? [{ name, target: softref.model }] : [],
        ),
      ];
      for (const { name, target } of led.filter((each) => targets.has(each.target))) {
        const field = `${model.name}.${name}`;
        found.set(`${field} ${target}`, { domain: model.domain, field, target });
      }
    }
  }
  return [...found.values()];
}
