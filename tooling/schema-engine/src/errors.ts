import { CodedError } from '@holovitals/errors';

export function enginePanicked(message: string): CodedError {
  return new CodedError({
    code: 'ENGINE.PANICKED',
    kind: 'unavailable',
    message: "Prisma's schema engine stopped.",
    why: message.split('\n')[0],
    fix: 'Run the command again; if it stops again, simplify the schema change that it reads.',
  });
}

export function shadowIsTarget(): CodedError {
  return new CodedError({
    code: 'ENGINE.SHADOW_IS_TARGET',
    kind: 'invalid',
    message: 'SHADOW_DATABASE_URL and DATABASE_URL name the same database.',
    why: 'The shadow database is emptied at each use.',
    fix: 'Point SHADOW_DATABASE_URL at an empty database of its own, or leave it out.',
  });
}

export function notPermittedToCreateShadow(): CodedError {
  return new CodedError({
    code: 'ENGINE.SHADOW_NOT_PERMITTED',
    kind: 'forbidden',
    message: 'The database role may not create the shadow database.',
    why: 'It lacks CREATEDB.',
    fix: 'Set SHADOW_DATABASE_URL to an empty database that this role owns.',
  });
}
