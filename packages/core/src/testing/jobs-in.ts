import { type Connection, literal, localTransport } from '@fairness-deploy/shell';
import { STATE } from '../state-folder.js';

/**
 * A connection to this machine whose jobs use a folder of their own instead of a host's state
 * folder, so that the real scripts can be tested without a host.
 */
export async function jobsIn(folder: string): Promise<Connection> {
  const connection = await localTransport.connect({
    ...{ name: 'here', address: 'here', sudo: false },
    knownHostsFile: '/dev/null',
  });
  return {
    target: connection.target,
    login: connection.login,
    traffic: connection.traffic,
    run: (script, options) =>
      connection.run(literal(script.reveal().replaceAll(STATE, folder)), options),
    close: () => connection.close(),
  };
}
