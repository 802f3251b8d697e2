import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

/** A server on loopback that remembers who came and what it was sent. */
export interface Listener {
  port: number;
  connections: number;
  received: number;
  close(): void;
}

/** Starts a server that does this with each connection. */
export async function listen(serve: (socket: Socket) => void): Promise<Listener> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    listener.connections++;
    socket.on('data', (data) => (listener.received += data.length));
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    serve(socket);
  });
  const listener: Listener = {
    port: 0,
    connections: 0,
    received: 0,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  listener.port = (server.address() as AddressInfo).port;
  return listener;
}

export const silent = (): void => undefined;
export const greeting =
  (text: string) =>
  (socket: Socket): void =>
    void socket.write(Buffer.from(text, 'latin1'));
/** One byte after the other, and never an end. */
export const drip =
  (text: string, everyMs: number) =>
  (socket: Socket): void => {
    const bytes = [...Buffer.from(text, 'latin1')];
    const timer = setInterval(() => {
      const next = bytes.shift();
      if (next === undefined || socket.destroyed) clearInterval(timer);
      else socket.write(Buffer.of(next));
    }, everyMs);
  };
/** A port of loopback at which nobody listens. */
export async function freePort(): Promise<number> {
  const listener = await listen(silent);
  listener.close();
  return listener.port;
}
