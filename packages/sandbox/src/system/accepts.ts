import { connect } from 'node:net';

/**
 * Whether a server accepts connections there; with `greeting`, whether its first bytes begin so.
 */
export function accepts(address: string, port: number, greeting = ''): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const end = (result: boolean): void => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(500, () => {
      end(false);
    });
    socket.once('error', () => {
      end(false);
    });
    if (greeting === '')
      socket.once('connect', () => {
        end(true);
      });
    else
      socket.once('data', (bytes) => {
        end(bytes.toString('latin1').startsWith(greeting));
      });
    socket.once('end', () => {
      end(false);
    });
  });
}
