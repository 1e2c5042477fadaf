import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { GatewayConfiguration } from './configuration.js';
import { neighboursOf } from './neighbours.js';
import { createGateway } from './server.js';

/** The gateway as a process of its own: `node daemon.js <configuration file> <address> <port>`. */
function main([file, address, port]: readonly string[]): void {
  if (file === undefined || address === undefined) throw new TypeError('Usage: FILE ADDRESS PORT');
  // Written by startGateway(), anew when this machine's configuration changes.
  const configuration = (): GatewayConfiguration =>
    JSON.parse(readFileSync(file, 'utf8')) as GatewayConfiguration;
  createGateway(configuration, (line) => process.stderr.write(`${line}\n`))
    .on('connection', (socket: Socket) => {
      // Asked each time: a bridge has no network before its first host runs.
      if (!neighboursOf(address)(socket.remoteAddress)) socket.destroy();
    })
    .listen(Number(port), address);
}

main(process.argv.slice(2));
