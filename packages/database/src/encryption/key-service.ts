import { encryptionKeyWrong, keyServiceUnavailable } from '../errors.ts';
import type { KeyEncryptionKey, WrappedFor } from './key-encryption-key.ts';

/** What AWS KMS answers where another key, or a wrapping of another key version, was given. */
const WRONG = ['InvalidCiphertextException', 'IncorrectKeyException'];
const PATIENCE_MS = 5_000;

/**
 * A key that AWS KMS holds and never gives away; region and credentials are found as the AWS SDK finds
 * them. Each wrapping is bound to the key's name and version by its encryption context. The SDK is
 * loaded with the first call.
 *
 * @param keyId id, ARN or alias of a symmetric key
 * @param endpoint instead of that of the region
 */
export function openServiceKey(keyId: string, endpoint: string | undefined): KeyEncryptionKey {
  let opening: ReturnType<typeof openClient> | undefined;
  const open = () => (opening ??= openClient(endpoint));
  return {
    reference: keyId,
    async wrap(key, about) {
      const { client, kms } = await open();
      const command = new kms.EncryptCommand({
        KeyId: keyId,
        Plaintext: key,
        EncryptionContext: contextOf(about),
      });
      const { CiphertextBlob } = await client.send(command).catch(refuse);
      return bytes(CiphertextBlob);
    },
    async unwrap(wrapped, about) {
      const { client, kms } = await open();
      const command = new kms.DecryptCommand({
        KeyId: keyId,
        CiphertextBlob: wrapped,
        EncryptionContext: contextOf(about),
      });
      const { Plaintext } = await client.send(command).catch(refuse);
      return bytes(Plaintext);
    },
  };
}

async function openClient(endpoint: string | undefined) {
  const kms = await import('@aws-sdk/client-kms');
  const client = new kms.KMSClient({
    ...(endpoint !== undefined && endpoint !== '' && { endpoint }),
    requestHandler: {
      ...{ connectionTimeout: PATIENCE_MS, requestTimeout: PATIENCE_MS },
      throwOnRequestTimeout: true,
    },
  });
  return { client, kms };
}

function contextOf({ alias, version }: WrappedFor): Record<string, string> {
  return { alias, version: String(version) };
}

function bytes(found: Uint8Array | undefined): Buffer {
  if (found === undefined) throw keyServiceUnavailable('It answered without a key.');
  return Buffer.from(found);
}

/** The service's own text may hold its account and the caller's name: only the error's name is told. */
function refuse(error: unknown): never {
  const { name = 'Error', code = name } = error as { name?: string; code?: string };
  if (WRONG.includes(name)) throw encryptionKeyWrong();
  const told = name === 'Error' ? code : name;
  throw keyServiceUnavailable(
    told === 'Error' ? 'The region or the credentials are not set.' : `What went wrong: ${told}.`,
  );
}
