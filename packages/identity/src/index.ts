export { rolePermissionConditionSchema } from './access/role-permission-condition.schema.ts';
export type { RolePermissionCondition } from './access/role-permission-condition.schema.ts';
export { rewrapProgressSchema } from './keys/rewrap-progress.schema.ts';
export type { RewrapProgress } from './keys/rewrap-progress.schema.ts';
