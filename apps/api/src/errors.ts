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

const UNDEFINED_TABLE = '42P01';
const INSUFFICIENT_PRIVILEGE = '42501';

/** Why the API cannot begin to work with its database; the server's own text is not repeated. */
export function databaseUnusable(url: string, cause: unknown): CodedError {
  const { host } = new URL(url);
  const { code } = cause as { code?: string };
  if (code === UNDEFINED_TABLE || code === INSUFFICIENT_PRIVILEGE) {
    return new CodedError({
      code: 'API.DATABASE_EMPTY',
      kind: 'unavailable',
      message: `The database at ${host} lacks the schema, or the application role its rights.`,
      fix: 'Run `pnpm migrator deploy`, then `pnpm migrator roles sync`.',
      cause,
    });
  }
  return new CodedError({
    code: 'API.DATABASE_UNREACHABLE',
    kind: 'unavailable',
    message: `No connection to the database at ${host}.`,
    why: 'The server does not answer, has no such database, or refuses the role or its password.',
    fix: 'Run `pnpm migrator doctor`.',
    cause,
  });
}

export function replicaUnfit(faults: readonly string[]): CodedError {
  return new CodedError({
    code: 'API.REPLICA_UNFIT',
    kind: 'invalid',
    message: 'The server of REPLICA_DATABASE_URL must not be asked.',
    why: `${faults.join(', ')}.`.replace(/^./, (first) => first.toUpperCase()),
    fix: 'Name a replica of the primary and the read-only role: `pnpm migrator roles url read-only`.',
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

export function settingMissing(name: string): CodedError {
  return new CodedError({
    code: 'API.SETTING_MISSING',
    kind: 'missing',
    message: `${name} is not set.`,
    why: 'Accounts and encrypted fields cannot work without it.',
    fix: 'Run `pnpm migrator env check`; `pnpm migrator env init` writes a new .env where there is none.',
  });
}

export function characterRefused(): CodedError {
  return new CodedError({
    code: 'API.CHARACTER_REFUSED',
    kind: 'invalid',
    message: 'The request holds a character that cannot be stored.',
    why: 'It is NUL, or half of a surrogate pair.',
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

export function atlasMissing(): CodedError {
  return new CodedError({
    code: 'API.ATLAS_MISSING',
    kind: 'missing',
    message: 'The schema atlas has not been built.',
    fix: 'Run `pnpm build` where the API is deployed from.',
  });
}

export function callerMissing(): CodedError {
  return new CodedError({
    code: 'API.CALLER_MISSING',
    kind: 'forbidden',
    message: 'The request says not who calls.',
    why: 'It has no bearer token, or one of a kind that is not accepted here.',
    fix: 'Log in at /v1/auth/login and send `Authorization: Bearer <token>`.',
  });
}

export function sessionIncomplete(lacks: 'factor' | 'enrolment' | 'password'): CodedError {
  const fixes = {
    factor: 'POST the second factor to /v1/auth/login/factor.',
    enrolment: 'POST to /v1/me/factors/totp, then its first code to /v1/me/factors/totp/confirm.',
    password: 'POST a new password to /v1/me/password.',
  };
  return new CodedError({
    code: 'API.SESSION_INCOMPLETE',
    kind: 'forbidden',
    message: 'The session may not do this yet.',
    why: `It lacks: ${lacks}.`,
    fix: fixes[lacks],
    details: { lacks },
  });
}

export function purposeInvalid(): CodedError {
  return new CodedError({
    code: 'API.PURPOSE_INVALID',
    kind: 'invalid',
    message: 'X-Purpose-Of-Use is not a known code.',
    fix: 'Send a code of HL7 v3-PurposeOfUse, such as TREAT, or leave it out.',
  });
}

export function matchMissing(): CodedError {
  return new CodedError({
    code: 'API.MATCH_MISSING',
    kind: 'invalid',
    message: 'The change says not which version it changes.',
    why: 'Without If-Match, somebody else’s change could be lost.',
    fix: 'Read the resource and send its ETag as If-Match, such as `W/"3"`.',
  });
}

export function emergencyNotOpen(purpose: 'ETREAT' | 'BTG'): CodedError {
  return new CodedError({
    code: 'API.EMERGENCY_NOT_OPEN',
    kind: 'forbidden',
    message: `No emergency access is open to you for this chart with the reason ${purpose}.`,
    why: 'It was not opened, has expired or was ended, or the call is about no one patient.',
    fix: 'POST the reason to /v1/patients/{id}/emergency-access, or state another purpose of use.',
  });
}

export function trainingLacking(course: string): CodedError {
  return new CodedError({
    code: 'API.TRAINING_LACKING',
    kind: 'forbidden',
    message: `Your rights to the records of others are closed until you complete the training "${course}".`,
    why: 'It is past its due day, or has run out (45 CFR 164.308(a)(5), 164.530(b)).',
    fix: 'Complete it, and have whoever manages training record that. In an emergency, POST to /v1/patients/{id}/emergency-access.',
  });
}

export function agreementMissing(): CodedError {
  return new CodedError({
    code: 'API.AGREEMENT_MISSING',
    kind: 'forbidden',
    message: 'Your organisation has no business associate agreement in effect for this chart.',
    why: 'It works on behalf of the one that keeps the chart (45 CFR 164.502(e), 164.504(e)).',
    fix: 'Have whoever manages agreements there record one that is signed and in effect.',
  });
}

export function demoInProduction(): CodedError {
  return new CodedError({
    code: 'API.DEMO_IN_PRODUCTION',
    kind: 'forbidden',
    message: 'The demo patient is for development, and NODE_ENV is "production".',
    fix: 'Leave it out.',
  });
}

export function formatRefused(types: readonly string[]): CodedError {
  return new CodedError({
    code: 'API.FORMAT_REFUSED',
    kind: 'invalid',
    message: 'The answer cannot be had in a format that `Accept` names.',
    fix: `Ask for ${types.join(' or ')}.`,
  });
}

export function fileFormRefused(): CodedError {
  return new CodedError({
    code: 'API.FILE_FORM_REFUSED',
    kind: 'invalid',
    message: 'The body is not the file itself.',
    why: 'It is a form, or its Content-Encoding says that it was compressed on the way.',
    fix: 'Send the bytes of the file alone, with its own Content-Type, such as `application/pdf`.',
  });
}
