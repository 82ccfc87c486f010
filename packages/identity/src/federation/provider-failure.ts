import type { CodedError } from '@holovitals/errors';
import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import { loginRefused, providerUnavailable } from '../errors.ts';

/** What a provider says where it is not the person who is refused. */
const NOT_THE_PERSON = [
  ...['invalid_client', 'unauthorized_client', 'server_error', 'temporarily_unavailable'],
];

/** What openid-client says where the provider does not answer, or not as one. */
const NO_ANSWER = [
  ...['OAUTH_TIMEOUT', 'OAUTH_ABORT', 'OAUTH_PARSE_ERROR', 'OAUTH_RESPONSE_IS_NOT_JSON'],
  ...['OAUTH_RESPONSE_IS_NOT_CONFORM', 'OAUTH_HTTP_REQUEST_FORBIDDEN'],
  ...['OAUTH_REQUEST_PROTOCOL_FORBIDDEN', 'OAUTH_MISSING_SERVER_METADATA'],
  ...['OAUTH_INVALID_SERVER_METADATA', 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED'],
];

/** Why a provider's answer opens nothing. */
export interface ProviderFailure {
  /** For the caller; it repeats nothing of what the provider said. */
  readonly problem: CodedError;
  /** For the audit trail: a code of the protocol or of the library. */
  readonly reason: string;
}

/** Tells a provider that does not answer from an answer that opens nothing. */
export function failureOf(error: unknown): ProviderFailure {
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError) {
    const isTheirs = NOT_THE_PERSON.includes(error.error);
    const code = /^[a-z_]{1,40}$/.test(error.error) ? error.error : 'error';
    return { problem: isTheirs ? providerUnavailable() : loginRefused(), reason: `openid ${code}` };
  }
  if (error instanceof ClientError) {
    const { code } = error;
    const isTheirs = code === undefined || NO_ANSWER.includes(code);
    return {
      problem: isTheirs ? providerUnavailable() : loginRefused(),
      reason: `openid ${code ?? 'no answer'}`,
    };
  }
  // What fetch throws: nobody is there, the name is not known, the certificate is not trusted. What the
  // library throws: an endpoint is missing. The other one: the provider refuses a token it just gave.
  if (error instanceof TypeError || error instanceof WWWAuthenticateChallengeError) {
    return { problem: providerUnavailable(), reason: 'openid no answer' };
  }
  throw error;
}
