import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A way to a server that can be cut. */
export interface CutProxy {
  /** The server's URL by this way. */
  readonly url: string;
  /** Cuts all connections through it, to both sides. */
  cut(): void;
  close(): Promise<void>;
}

/** Opens a way to the server of a URL, over which bytes pass as they are. */
export async function openCutProxy(url: string): Promise<CutProxy> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const through = new URL(url);
  through.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    ...{ url: through.toString(), cut },
    async close() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
