import { CodedError } from '@holovitals/errors';

export function portTaken(port: number): CodedError {
  return new CodedError({
    code: 'API.PORT_TAKEN',
    kind: 'conflict',
    message: `Port ${port} is in use by another program.`,
    fix: 'Set PORT to a free one, or leave it out.',
  });
}

export function databaseUrlMissing(): CodedError {
  return new CodedError({
    code: 'API.DATABASE_URL_MISSING',
    kind: 'invalid',
    message: 'APP_DATABASE_URL is not set, and NODE_ENV is "production".',
    why: 'The API runs as the application role, which owns nothing.',
    fix: 'Run `pnpm migrator roles sync` and set APP_DATABASE_URL to that role.',
  });
}

export function settingInvalid(name: string, wanted: string): CodedError {
  return new CodedError({
    code: 'API.SETTING_INVALID',
    kind: 'invalid',
    message: `${name} is not ${wanted}.`,
    fix: `Correct ${name} in the environment.`,
  });
}

export function nulRefused(): CodedError {
  return new CodedError({
    code: 'API.NUL_REFUSED',
    kind: 'invalid',
    message: 'The address holds a NUL character.',
    why: 'PostgreSQL has no text with NUL.',
    fix: 'Leave it out.',
  });
}

export function rateExceeded(seconds: number): CodedError {
  return new CodedError({
    code: 'API.RATE_EXCEEDED',
    kind: 'unavailable',
    message: 'Too many requests come from this address.',
    fix: `Ask again in ${seconds} s, and heed Retry-After.`,
  });
}

export function modelMissing(): CodedError {
  return new CodedError({
    code: 'API.MODEL_MISSING',
    kind: 'missing',
    message: 'There is no model of this name.',
    fix: 'Choose one of `GET /v1/schema/models`.',
  });
}
