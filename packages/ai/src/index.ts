export { citationsSchema, inputRefsSchema, recordReferenceSchema } from './citations.schema.ts';
export type { Citations, InputRefs } from './citations.schema.ts';
export { sourceAttributesSchema } from './source-attributes.schema.ts';
export type { SourceAttributes } from './source-attributes.schema.ts';
export { taskPayloadSchema } from './task-payload.schema.ts';
export type { TaskPayload } from './task-payload.schema.ts';
