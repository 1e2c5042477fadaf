import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
// The kept fork of s3rver (MIT): it checks signatures, and takes uploads in parts. Version 5 needs Node.js 24.
import S3rver from '@20minutes/s3rver';

/** An S3 server of this machine with the bucket `backups`, reached through a relay that can fail. */
export interface BucketServer {
  /** Its URL, as hosts reach it. */
  readonly endpoint: string;
  /** The folder with the bucket's objects. */
  readonly folder: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** Cuts the next connections, as many as asked, after so many bytes from the client. */
  cut(connections: number, afterBytes: number): void;
  /** How many connections were cut. */
  readonly cuts: () => number;
  stop(): Promise<void>;
}

/** Those that the server knows. */
const KEY = 'S3RVER';

/** @param address an address of this machine that hosts reach */
export async function startBucketServer(address: string): Promise<BucketServer> {
  const folder = mkdtempSync(join(tmpdir(), 'fairness-deploy-bucket-'));
  const server = new S3rver({
    ...{ address: '127.0.0.1', port: 0, directory: folder, silent: true, vhostBuckets: false },
    configureBuckets: [{ name: 'backups' }],
  });
  const { port } = await server.run();
  let left = 0;
  let limit = 0;
  let cuts = 0;
  const sockets = new Set<Socket>();
  const relay = createServer((client) => {
    const upstream = connect(port, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    let seen = 0;
    client.on('data', (chunk) => {
      seen += chunk.length;
      if (left === 0 || seen <= limit) return;
      left -= 1;
      cuts += 1;
      client.resetAndDestroy();
    });
    client.pipe(upstream);
    upstream.pipe(client);
  });
  await new Promise<void>((resolve) => relay.listen(0, address, resolve));
  // Sound: it listens on TCP.
  const own = (relay.address() as AddressInfo).port;
  return {
    ...{ endpoint: `http://${address}:${String(own)}`, folder: join(folder, 'backups') },
    ...{ accessKey: KEY, secretKey: KEY, cuts: () => cuts },
    cut: (connections, afterBytes) => {
      [left, limit, cuts] = [connections, afterBytes, 0];
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => {
        relay.close(() => {
          resolve();
        });
      });
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
