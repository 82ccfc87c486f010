export { CodedError, InternalError, isCodedError } from './coded-error.ts';
export type { CodedErrorInput, ErrorKind } from './coded-error.ts';
