import { manifestClassifications, manifestModels } from './manifest-models.ts';

/**
 * The fields that the application role may not read, as Prisma's option `omit` takes them: a query
 * without `select` would ask for every column, and be refused.
 */
export function withheldFields(): Readonly<Record<string, Readonly<Record<string, true>>>> {
  const classifications = manifestClassifications();
  const models = [...manifestModels().values()].flatMap(({ name, fields }) => {
    const withheld = fields.filter(
      ({ classification, appReads }) =>
        classifications.get(classification)?.withheld === true && appReads === undefined,
    );
    const omit = Object.fromEntries(withheld.map((field) => [field.name, true as const]));
    return withheld.length === 0
      ? []
      : [[`${name.charAt(0).toLowerCase()}${name.slice(1)}`, omit] as const];
  });
  return Object.fromEntries(models);
}
