import { createServer, type AddressInfo, type Socket } from 'node:net';
import pg from 'pg';

/** A pooler that lends backends per transaction, newest first, as PgBouncer does. */
export interface Pooler {
  readonly url: string;
  close(): Promise<void>;
}

interface Backend {
  readonly socket: Socket;
  borrower: Socket | undefined;
  received: Buffer;
}

const READY_FOR_QUERY = 'Z'.charCodeAt(0);
const TERMINATE = 'X'.charCodeAt(0);
const IDLE = 'I'.charCodeAt(0);
/** AuthenticationOk, ParameterStatus, ReadyForQuery. */
const GREETING = Buffer.concat([
  message('R', Buffer.from([0, 0, 0, 0])),
  message('S', Buffer.from('client_encoding\0UTF8\0')),
  message('Z', Buffer.from('I')),
]);

/** Opens a pooler before a database; it speaks PostgreSQL's protocol to both sides. */
export async function openTransactionPooler(url: string, size: number): Promise<Pooler> {
  const clients: pg.Client[] = [];
  const idle: Backend[] = [];
  const waiting: (() => void)[] = [];
  for (let count = 0; count < size; count += 1) {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    clients.push(client);
    idle.push(
      watch(takeSocket(client), (backend) => {
        idle.push(backend);
        waiting.shift()?.();
      }),
    );
  }
  const server = createServer((socket) => serve(socket, idle, waiting));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const pooled = new URL(url);
  pooled.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: pooled.toString(),
    async close() {
      for (const client of clients) takeSocket(client).destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The authenticated connection under a client, which hears nothing of it any more. */
function takeSocket(client: pg.Client): Socket {
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
  client.removeAllListeners().on('error', () => undefined);
  return stream.removeAllListeners('data').removeAllListeners('end').removeAllListeners('close');
}

function watch(socket: Socket, onIdle: (backend: Backend) => void): Backend {
  const backend: Backend = { socket, borrower: undefined, received: Buffer.alloc(0) };
  socket.on('data', (bytes: Buffer) => {
    backend.borrower?.write(bytes);
    backend.received = Buffer.concat([backend.received, bytes]);
    let isIdle = false;
    while (backend.received.length >= 5) {
      const length = 1 + backend.received.readUInt32BE(1);
      if (backend.received.length < length) break;
      if (backend.received[0] === READY_FOR_QUERY) isIdle = backend.received[5] === IDLE;
      backend.received = backend.received.subarray(length);
    }
    if (!isIdle) return;
    backend.borrower = undefined;
    onIdle(backend);
  });
  return backend;
}

function serve(socket: Socket, idle: Backend[], waiting: (() => void)[]): void {
  let greeted = false;
  let borrowed: Backend | undefined;
  const send = (bytes: Buffer) => {
    if (borrowed?.borrower !== socket) borrowed = idle.pop();
    if (borrowed === undefined) return void waiting.push(() => send(bytes));
    borrowed.borrower = socket;
    borrowed.socket.write(bytes);
  };
  socket.on('error', () => undefined);
  socket.on('data', (bytes: Buffer) => {
    if (!greeted) {
      greeted = true;
      socket.write(GREETING);
    } else if (bytes[0] === TERMINATE) socket.end();
    else send(bytes);
  });
}

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 0);
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
