export { activitiesSchema, licencesSchema, reactionsSchema } from './json-columns.schema.ts';
export type { Activities, Licences, Reactions } from './json-columns.schema.ts';
export { searchLoinc } from './terminology/search-loinc.ts';
export type { LoincPage } from './terminology/search-loinc.ts';
export { loincTermSchema, searchLoincSchema } from './terminology/search-loinc.schema.ts';
export type { LoincTerm, SearchLoincInput } from './terminology/search-loinc.schema.ts';
