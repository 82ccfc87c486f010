import { CodedError } from '@holovitals/errors';

export function rootNotFound(start: string): CodedError {
  return new CodedError({
    code: 'COMPOSE.ROOT_NOT_FOUND',
    kind: 'missing',
    message: `No pnpm-workspace.yaml stands in ${start} or above it.`,
    fix: 'Run it inside the workspace, or name the root with --root.',
  });
}

export function domainUnknown(domain: string, known: readonly string[]): CodedError {
  return new CodedError({
    code: 'COMPOSE.DOMAIN_UNKNOWN',
    kind: 'missing',
    message: `No package has the schemaDomain "${domain}".`,
    fix: `Name one of: ${known.join(', ')}.`,
    details: { domain, known },
  });
}

export function manifestUnreadable(path: string, cause: unknown): CodedError {
  return new CodedError({
    code: 'COMPOSE.MANIFEST_UNREADABLE',
    kind: 'missing',
    message: `The manifest ${path} is missing or is not one.`,
    why: cause instanceof Error ? cause.message : undefined,
    fix: 'Run `schema-composer` to compose the schema.',
    cause,
  });
}

export function outputUnwritable(path: string, cause: unknown): CodedError {
  return new CodedError({
    code: 'COMPOSE.OUTPUT_UNWRITABLE',
    kind: 'unavailable',
    message: `The output ${path} cannot be written.`,
    why: cause instanceof Error ? cause.message : undefined,
    fix: 'Free the disk, or give the folder write permission.',
    cause,
  });
}

export function nothingComposed(): CodedError {
  return new CodedError({
    code: 'COMPOSE.NOTHING_COMPOSED',
    kind: 'invalid',
    message: 'A composition with diagnostics has nothing to write.',
    fix: 'Mend what the diagnostics name.',
  });
}

export function callInvalid(message: string, fix: string): CodedError {
  return new CodedError({ code: 'COMPOSE.CALL_INVALID', kind: 'invalid', message, fix });
}
