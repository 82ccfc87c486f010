import { z } from 'zod';

const base64url = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^[\w-]+$/);

/** Ids have 16 to 1023 bytes (WebAuthn level 3, credential id). */
const credential = {
  id: base64url(1364),
  rawId: base64url(1364),
  type: z.literal('public-key'),
};

/** What a browser's `credential.toJSON()` holds after `create()`; what is not named is left out. */
const attestationSchema = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url(8192),
    attestationObject: base64url(16_384),
  }),
});

/** What a browser's `credential.toJSON()` holds after `get()`; what is not named is left out. */
export const assertionSchema = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url(8192),
    authenticatorData: base64url(8192),
    signature: base64url(8192),
    userHandle: base64url(128).nullish(),
  }),
});

/** A parsed {@link assertionSchema}. */
export type Assertion = z.infer<typeof assertionSchema>;

/** Input of `registerPasskey`. */
export const registerPasskeySchema = z.strictObject({
  /** What the person calls it: "work laptop". */
  label: z.string().trim().min(1).max(100).nullable().default(null),
  credential: attestationSchema,
});
