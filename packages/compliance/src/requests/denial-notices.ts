import type { z } from 'zod';
import type { denialSchema } from './request.schema.ts';

/** What a patient is told of a denial. */
export type Denial = z.infer<typeof denialSchema>;

/** Why access is denied: 45 CFR 164.524(a)(2), not reviewable, but for the last three, (a)(3). */
export const ACCESS_GROUNDS = {
  PSYCHOTHERAPY_NOTES: 'What was asked for are psychotherapy notes.',
  LITIGATION: 'It was compiled for a civil, criminal or administrative proceeding.',
  CORRECTIONAL:
    'A copy would endanger the health, safety, security, custody or rehabilitation of inmates, or somebody who works there.',
  RESEARCH_IN_PROGRESS:
    'It was made in research that goes on, and the right was suspended with the agreement to take part.',
  PRIVACY_ACT: 'The Privacy Act, 5 U.S.C. 552a, allows the denial.',
  CONFIDENTIAL_SOURCE:
    'It came from somebody else under a promise of confidentiality, and would likely reveal who.',
  NOT_HELD: 'The organisation does not hold what was asked for.',
  ENDANGERS_LIFE:
    'A licensed health care professional judges it likely to endanger somebody’s life or safety.',
  HARMS_ANOTHER:
    'It is about another person, to whom a licensed health care professional judges it likely to cause substantial harm.',
  REPRESENTATIVE_HARM:
    'A licensed health care professional judges it likely that access of the representative causes substantial harm.',
} as const;

/** The grounds whose denial another professional reviews when the patient asks: 164.524(a)(3)-(4). */
export const REVIEWABLE_GROUNDS: readonly string[] = [
  'ENDANGERS_LIFE',
  'HARMS_ANOTHER',
  'REPRESENTATIVE_HARM',
];

/** Why an amendment is denied: 45 CFR 164.526(a)(2). */
export const AMENDMENT_GROUNDS = {
  NOT_CREATED_HERE: 'The organisation did not make the entry, and who made it can still amend it.',
  NOT_IN_RECORD_SET: 'The entry is not part of the designated record set.',
  NOT_OPEN_TO_ACCESS: 'The entry is one that the right of access does not reach.',
  ACCURATE_AND_COMPLETE: 'The entry is accurate and complete.',
} as const;

const COMPLAINT = [
  'Complain to the organisation: POST /v1/patients/{id}/privacy-requests with the kind COMPLAINT.',
  'Complain to the Secretary of Health and Human Services within 180 days: https://www.hhs.gov/ocr/complaints.',
];

/** What a denial of access says: 45 CFR 164.524(d)(2). */
export function denialOfAccess(ground: string | null): Denial | null {
  if (ground === null) return null;
  const review =
    'Have the denial reviewed by a licensed health care professional who took no part in it: POST /v1/patients/{id}/access-requests/{partId}/review.';
  return {
    ground,
    basis: ACCESS_GROUNDS[ground as keyof typeof ACCESS_GROUNDS],
    rights: [...(REVIEWABLE_GROUNDS.includes(ground) ? [review] : []), ...COMPLAINT],
  };
}

/** What a denial of an amendment says: 45 CFR 164.526(d)(1). */
export function denialOfAmendment(ground: string | null): Denial | null {
  if (ground === null) return null;
  return {
    ground,
    basis: AMENDMENT_GROUNDS[ground as keyof typeof AMENDMENT_GROUNDS],
    rights: [
      'Send a statement of disagreement: POST /v1/patients/{id}/amendment-requests/{partId}/disagreement.',
      'Without one, have the request and its denial go with every later disclosure of the entry: tell the organisation so.',
      ...COMPLAINT,
    ],
  };
}
