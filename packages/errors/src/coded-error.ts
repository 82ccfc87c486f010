/** What sort of failure an error is: the API maps it to a status, the CLI to an exit code. */
export type ErrorKind = 'invalid' | 'missing' | 'conflict' | 'forbidden' | 'unavailable';

/** The parts of a {@link CodedError}. Texts hold no patient data and no secret. */
export interface CodedErrorInput {
  /** `AREA.WHAT_HAPPENED`, stable: callers branch on it and `docs/errors.md` explains it. */
  readonly code: string;
  readonly kind: ErrorKind;
  /** What happened, one sentence. */
  readonly message: string;
  /** The reason, where it is known. */
  readonly why?: string | undefined;
  /** The one command or act that mends it. */
  readonly fix?: string | undefined;
  /** Facts for a program: names, counts, positions. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  readonly cause?: unknown;
}

/**
 * An expected failure, told in three parts: what, why, and the fix.
 *
 * @example
 * throw new CodedError({
 *   code: 'MIGRATOR.DATABASE_URL_MISSING',
 *   kind: 'invalid',
 *   message: 'DATABASE_URL is not set.',
 *   fix: 'Run `pnpm migrator env init`.',
 * });
 */
export class CodedError extends Error {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly why: string | undefined;
  readonly fix: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(input: CodedErrorInput) {
    super(input.message, input.cause === undefined ? undefined : { cause: input.cause });
    this.name = 'CodedError';
    this.code = input.code;
    this.kind = input.kind;
    this.why = input.why;
    this.fix = input.fix;
    this.details = input.details;
  }

  /** The error as data; the cause stays behind, since a driver's message may carry values of rows. */
  toJSON(): Omit<CodedErrorInput, 'cause'> {
    const { code, kind, message, why, fix, details } = this;
    return { code, kind, message, why, fix, details };
  }
}

/** A state that only a bug can reach. */
export class InternalError extends Error {
  override name = 'InternalError';
}

/** Tells whether a value is a {@link CodedError}, also one from another copy of this package. */
export function isCodedError(value: unknown): value is CodedError {
  return (
    value instanceof Error && value.name === 'CodedError' && 'code' in value && 'kind' in value
  );
}
