import { hkdfSync } from 'node:crypto';
import { EncryptJWT, jwtDecrypt } from 'jose';
import { z } from 'zod';

/** How long somebody may take at the provider. */
export const FLOW_LIFETIME = 600_000;

const flowSchema = z.object({
  organizationId: z.uuid(),
  issuer: z.string(),
  clientId: z.string(),
  redirectUri: z.string(),
  logoutRedirectUri: z.string().optional(),
  /** The session that is to be proven anew; a log-in has none. */
  sessionId: z.uuid().optional(),
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
});

/** What a flow is ended with. */
export const finishFlowSchema = z.strictObject({
  flow: z.string().min(1).max(8192),
  /** The query of the page that the provider sent the browser back to: `code=…&state=…`. */
  query: z.string().min(1).max(4096),
});

/** What a log-in at a provider must remember until its answer comes. */
export type Flow = z.infer<typeof flowSchema>;

/** Encrypts a flow for its browser to keep: no other browser can end it (RFC 9700, 4.7). */
export async function sealFlow(codeKey: Uint8Array, flow: Flow, now: Date): Promise<string> {
  return await new EncryptJWT(flow)
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .setIssuedAt(now)
    .setExpirationTime(new Date(now.getTime() + FLOW_LIFETIME))
    .encrypt(keyOf(codeKey));
}

/** Opens a flow; null where it is not ours, or its time is over. */
export async function openFlow(
  codeKey: Uint8Array,
  sealed: string,
  now: Date,
): Promise<Flow | null> {
  try {
    const { payload } = await jwtDecrypt(sealed, keyOf(codeKey), {
      ...{ currentDate: now, requiredClaims: ['exp'] },
      ...{ keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] },
    });
    return flowSchema.parse(payload);
  } catch {
    return null;
  }
}

function keyOf(codeKey: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', codeKey, '', 'openid connect flow', 32));
}
