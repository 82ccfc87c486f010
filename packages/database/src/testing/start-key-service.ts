import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A key service on loopback that speaks the JSON protocol of AWS KMS: Encrypt and Decrypt. */
export interface TestKeyService {
  /** What a process needs to reach it: `ENCRYPTION_KMS_ENDPOINT`, region and credentials. */
  readonly environment: Readonly<Record<string, string>>;
  /** What it was asked: the operations and their encryption contexts. */
  readonly calls: { readonly operation: string; readonly context: Record<string, string> }[];
  /** `down` answers every call with an error of its own, `silent` none. */
  mode: 'up' | 'down' | 'silent';
  close(): Promise<void>;
}

interface Asked {
  readonly KeyId?: string;
  readonly Plaintext?: string;
  readonly CiphertextBlob?: string;
  readonly EncryptionContext?: Record<string, string>;
}

const NONCE = 12;
const TAG = 16;

/** @param keyIds the keys it holds, each of which it draws at random */
export async function startKeyService(...keyIds: readonly string[]): Promise<TestKeyService> {
  const keys = new Map(keyIds.map((id) => [id, randomBytes(32)]));
  const calls: TestKeyService['calls'] = [];
  const server = createServer((request, response) => {
    if (service.mode === 'silent') return;
    if (service.mode === 'down') return void answer(response, 500, fault('KMSInternalException'));
    void readBody(request).then((asked) => {
      const [, operation = ''] = (request.headers['x-amz-target'] ?? '').toString().split('.');
      calls.push({ operation, context: asked.EncryptionContext ?? {} });
      const found = carryOut(keys, request, operation, asked);
      answer(response, '__type' in found ? 400 : 200, found);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const service: TestKeyService = {
    environment: {
      ENCRYPTION_KMS_ENDPOINT: `http://127.0.0.1:${port}`,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'of the test',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    calls,
    mode: 'up',
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return service;
}

function carryOut(
  keys: ReadonlyMap<string, Buffer>,
  { headers }: IncomingMessage,
  operation: string,
  { KeyId = '', Plaintext, CiphertextBlob, EncryptionContext = {} }: Asked,
): Record<string, unknown> {
  if (!/^AWS4-HMAC-SHA256 .*\/kms\/aws4_request/.test(headers.authorization ?? '')) {
    return fault('IncompleteSignatureException');
  }
  const key = keys.get(KeyId);
  if (key === undefined) return fault('NotFoundException');
  const context = Buffer.from(JSON.stringify(Object.entries(EncryptionContext).sort()));
  if (operation === 'Encrypt' && Plaintext !== undefined) {
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(context);
    const sealed = [cipher.update(Plaintext, 'base64'), cipher.final(), cipher.getAuthTag()];
    return { KeyId, CiphertextBlob: Buffer.concat([nonce, ...sealed]).toString('base64') };
  }
  if (operation !== 'Decrypt' || CiphertextBlob === undefined) return fault('ValidationException');
  const blob = Buffer.from(CiphertextBlob, 'base64');
  try {
    const opener = createDecipheriv('aes-256-gcm', key, blob.subarray(0, NONCE)).setAAD(context);
    opener.setAuthTag(blob.subarray(-TAG));
    const opened = [opener.update(blob.subarray(NONCE, -TAG)), opener.final()];
    return { KeyId, Plaintext: Buffer.concat(opened).toString('base64') };
  } catch {
    return fault('InvalidCiphertextException');
  }
}

function fault(type: string): Record<string, unknown> {
  return {
    __type: type,
    message: 'arn:aws:kms:eu-central-1:111122223333:key/secret-of-the-account',
  };
}

function answer(response: ServerResponse, status: number, body: Record<string, unknown>): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<Asked> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return JSON.parse(Buffer.concat(parts).toString('utf8')) as Asked;
}
