import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { encode } from 'cbor2';

const PRESENT = 0x01;
const VERIFIED = 0x04;
const ATTESTED = 0x40;

/** What an authenticator and the page that asks it may do otherwise than they should. */
export interface Deviation {
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  /** False: it did not look who touches it. */
  readonly isVerified?: boolean;
  /** What its counter says. */
  readonly counter?: number;
  readonly userHandle?: string;
  /** Signs with a key of its own instead of the passkey's. */
  readonly isForged?: boolean;
  readonly format?: string;
  readonly statement?: object;
}

/** An authenticator in software, and the browser around it (WebAuthn level 3, 6.3). */
export interface Authenticator {
  /** Answers `navigator.credentials.create(options).toJSON()`. */
  create(options: Record<string, unknown>, deviation?: Deviation): object;
  /** Answers `navigator.credentials.get(options).toJSON()` with the newest passkey. */
  get(options: Record<string, unknown>, deviation?: Deviation): object;
}

interface Held {
  readonly id: Buffer;
  readonly key: KeyObject;
  readonly userHandle: string;
}

/** Plugs in an authenticator that signs with ES256 and counts, as hardware keys do, or does not. */
export function plugInAuthenticator(origin: string, rpId: string, doesCount = true): Authenticator {
  let held: Held | undefined;
  let counter = 0;

  const clientData = (type: string, challenge: string, deviation: Deviation) =>
    Buffer.from(
      JSON.stringify({
        type,
        challenge: deviation.challenge ?? challenge,
        origin: deviation.origin ?? origin,
        crossOrigin: false,
      }),
    );
  const head = (flags: number, deviation: Deviation) => {
    if (doesCount) counter += 1;
    const bytes = Buffer.alloc(37);
    hash(Buffer.from(deviation.rpId ?? rpId)).copy(bytes);
    bytes[32] = flags | PRESENT | (deviation.isVerified === false ? 0 : VERIFIED);
    bytes.writeUInt32BE(deviation.counter ?? counter, 33);
    return bytes;
  };

  return {
    create({ challenge, user }, deviation = {}) {
      const { privateKey, publicKey } = makeKey();
      const id = randomBytes(32);
      held = { id, key: privateKey, userHandle: (user as { id: string }).id };
      const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
      const coseKey = new Map<number, number | Uint8Array>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, bytesOf(x)],
        [-3, bytesOf(y)],
      ]);
      const length = Buffer.alloc(2);
      length.writeUInt16BE(id.length);
      const authData = Buffer.concat([
        head(ATTESTED, deviation),
        Buffer.alloc(16),
        length,
        id,
        encode(coseKey),
      ]);
      const attestationObject = encode(
        new Map<string, unknown>([
          ['fmt', deviation.format ?? 'none'],
          ['attStmt', deviation.statement ?? {}],
          ['authData', new Uint8Array(authData)],
        ]),
      );
      const response = {
        clientDataJSON: text(clientData('webauthn.create', String(challenge), deviation)),
        attestationObject: text(Buffer.from(attestationObject)),
        transports: ['usb'],
      };
      return toJson(id, response);
    },
    get({ challenge }, deviation = {}) {
      if (held === undefined) throw new Error('It holds no passkey.');
      const client = clientData('webauthn.get', String(challenge), deviation);
      const authData = head(0, deviation);
      const key = deviation.isForged === true ? makeKey().privateKey : held.key;
      const signature = sign('sha256', Buffer.concat([authData, hash(client)]), key);
      const response = {
        clientDataJSON: text(client),
        authenticatorData: text(authData),
        signature: text(signature),
        userHandle: deviation.userHandle ?? held.userHandle,
      };
      return toJson(held.id, response);
    },
  };
}

const makeKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
const text = (bytes: Buffer) => bytes.toString('base64url');
const bytesOf = (base64url: string) => new Uint8Array(Buffer.from(base64url, 'base64url'));

function toJson(id: Buffer, response: object): object {
  return {
    ...{ id: text(id), rawId: text(id), type: 'public-key', response },
    authenticatorAttachment: 'cross-platform',
    clientExtensionResults: {},
  };
}
