export { createApiClient } from './create-api-client.ts';
export type { ApiClient, ApiClientOptions } from './create-api-client.ts';
export { ApiError, isApiError } from './api-error.ts';
export type { Problem } from './api-error.ts';
export type { components, paths } from './generated/api.ts';
