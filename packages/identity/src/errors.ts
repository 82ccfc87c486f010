import { CodedError } from '@holovitals/errors';
import type { z } from 'zod';

/** The input of a use case breaks its schema. Names the places, never the values. */
export function inputInvalid(useCase: string, error: z.ZodError): CodedError {
  const places = error.issues.map((issue) => ({ path: issue.path.join('.'), rule: issue.code }));
  return new CodedError({
    code: 'IDENTITY.INPUT_INVALID',
    kind: 'invalid',
    message: `The input of ${useCase} is not valid.`,
    why: places.map(({ path, rule }) => `${path === '' ? 'input' : path}: ${rule}`).join('; '),
    fix: 'Send what the schema of this call asks for.',
    details: { places },
  });
}

/** One answer for a wrong address, a wrong password, a locked and a closed account. */
export function loginRefused(): CodedError {
  return new CodedError({
    code: 'IDENTITY.LOGIN_REFUSED',
    kind: 'forbidden',
    message: 'The log-in is refused.',
    why: 'The address or the password is wrong, or the account is locked or not yet verified.',
    fix: 'Try again later, or reset the password.',
  });
}

/** The token opens nothing: unknown, expired or revoked. */
export function sessionInvalid(): CodedError {
  return new CodedError({
    code: 'IDENTITY.SESSION_INVALID',
    kind: 'forbidden',
    message: 'The session or key is not valid.',
    why: 'It is unknown, has expired or was revoked.',
    fix: 'Log in again.',
  });
}

/** A second factor or challenge did not prove itself. */
export function challengeRefused(): CodedError {
  return new CodedError({
    code: 'IDENTITY.CHALLENGE_REFUSED',
    kind: 'forbidden',
    message: 'The code or token is not valid.',
    why: 'It is wrong, was used already, has expired, or was tried too often.',
    fix: 'Ask for a new one.',
  });
}

/** The act asks for a fresh proof of identity. */
export function stepUpRequired(): CodedError {
  return new CodedError({
    code: 'IDENTITY.STEP_UP_REQUIRED',
    kind: 'forbidden',
    message: 'This act needs a fresh proof of identity.',
    fix: 'POST the password or a second factor to /v1/auth/step-up, or begin at /v1/auth/step-up/openid, and send the request again.',
  });
}

/** The password breaks the policy. */
export function passwordRefused(faults: readonly string[]): CodedError {
  return new CodedError({
    code: 'IDENTITY.PASSWORD_REFUSED',
    kind: 'invalid',
    message: 'The password breaks the policy.',
    why: faults.join(', '),
    fix: 'Choose another password.',
    details: { faults },
  });
}

/** Nobody gives a role to themselves. */
export function selfGrant(): CodedError {
  return new CodedError({
    code: 'IDENTITY.SELF_GRANT',
    kind: 'forbidden',
    message: 'Nobody may give a role to themselves.',
    fix: 'Ask a colleague who may grant roles.',
  });
}

/** Nobody suspends or reinstates themselves. */
export function selfSuspension(): CodedError {
  return new CodedError({
    code: 'IDENTITY.SELF_SUSPENSION',
    kind: 'forbidden',
    message: 'Nobody may suspend or reinstate their own account.',
    fix: 'Ask a colleague who manages users.',
  });
}

/** The account does not stand where this is possible. */
export function accountStateRefused(status: string): CodedError {
  return new CodedError({
    code: 'IDENTITY.ACCOUNT_STATE_REFUSED',
    kind: 'conflict',
    message: `This is not possible for an account that is ${status}.`,
    why: 'One that is in use is suspended, and one that is suspended is reinstated.',
    fix: 'Leave it, or do the other of the two.',
    details: { status },
  });
}

/** There is an owner already. */
export function ownerExists(): CodedError {
  return new CodedError({
    code: 'IDENTITY.OWNER_EXISTS',
    kind: 'conflict',
    message: 'The platform has an owner; nobody else can be made one in this way.',
    fix: 'Ask an owner to grant the role.',
  });
}

/** The account already has this. */
export function factorExists(method: string): CodedError {
  return new CodedError({
    code: 'IDENTITY.FACTOR_EXISTS',
    kind: 'conflict',
    message: `The account has a second factor of kind ${method}.`,
    fix: 'Disable it first.',
  });
}

/** The policy does not allow this kind of second factor. */
export function factorNotAllowed(method: string): CodedError {
  return new CodedError({
    code: 'IDENTITY.FACTOR_NOT_ALLOWED',
    kind: 'forbidden',
    message: `The policy allows no second factor of kind ${method}.`,
    fix: 'Enrol another kind.',
  });
}

/** No site is configured that passkeys could be made for. */
export function passkeysUnavailable(): CodedError {
  return new CodedError({
    code: 'IDENTITY.PASSKEYS_UNAVAILABLE',
    kind: 'unavailable',
    message: 'Passkeys are not offered here.',
    why: 'The installation names no site that they would be made for.',
    fix: 'Set APP_ORIGINS, such as `https://app.example.org`, and start the API again.',
  });
}

/** The identity provider of an organisation does not answer as one. */
export function providerUnavailable(): CodedError {
  return new CodedError({
    code: 'IDENTITY.PROVIDER_UNAVAILABLE',
    kind: 'unavailable',
    message: 'The identity provider of the organisation does not answer as it should.',
    why: 'It is down, is not trusted, stands where it may not be called, or refuses this client.',
    fix: 'Try again later. Where it lasts: GET /v1/organizations/{id}/identity-provider, and OIDC_NETWORKS and OIDC_CA_FILE of the installation.',
  });
}

/** What ends sessions is no logout token of a provider that is known. */
export function logoutTokenRefused(): CodedError {
  return new CodedError({
    code: 'IDENTITY.LOGOUT_TOKEN_REFUSED',
    kind: 'invalid',
    message: 'The logout token is not valid.',
    why: 'No organisation has its issuer and client, its signature or times are wrong, or it names no subject.',
    fix: 'Look at the client at the provider: it must send the subject in its logout tokens.',
  });
}

/** Another organisation logs in with this client of this issuer. */
export function providerTaken(): CodedError {
  return new CodedError({
    code: 'IDENTITY.PROVIDER_TAKEN',
    kind: 'conflict',
    message: 'Another organisation has this client of this issuer.',
    fix: 'Register a client of its own with the provider.',
  });
}

/** The page to come back to is none of the application's. */
export function redirectRefused(): CodedError {
  return new CodedError({
    code: 'IDENTITY.REDIRECT_REFUSED',
    kind: 'invalid',
    message: 'The page to come back to is none of this application.',
    fix: 'Send a redirectUri at one of the origins of APP_ORIGINS, without query and fragment.',
  });
}

/** Nothing of the caller's has this id. */
export function notFound(what: string): CodedError {
  return new CodedError({
    code: 'IDENTITY.NOT_FOUND',
    kind: 'missing',
    message: `There is no such ${what}.`,
    fix: 'Look it up in the list.',
  });
}

/** The caller lacks the permission. */
export function notPermitted(permission: string): CodedError {
  return new CodedError({
    code: 'IDENTITY.NOT_PERMITTED',
    kind: 'forbidden',
    message: `This act needs the permission ${permission}.`,
    fix: 'Ask an administrator for a role that holds it.',
  });
}
