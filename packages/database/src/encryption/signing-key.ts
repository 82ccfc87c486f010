import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';

/** An Ed25519 key (RFC 8032) that signs the heads of the audit trail. */
export interface SigningKey {
  readonly id: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** PKCS #8 of an Ed25519 key, but for its 32 bytes (RFC 8410, section 7). */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');

/** What is kept of a new key: its 32 secret bytes, and its public half, SPKI encoded. */
export function makeSigningPair(): { readonly seed: Buffer; readonly spki: Buffer } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    seed: privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(PKCS8_HEAD.length),
    spki: publicKey.export({ format: 'der', type: 'spki' }),
  };
}

/** The key with these secret bytes. */
export function openSigningKey(id: string, seed: Uint8Array): SigningKey {
  const der = Buffer.concat([PKCS8_HEAD, seed]);
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  return { id, privateKey, publicKey: createPublicKey(privateKey) };
}
