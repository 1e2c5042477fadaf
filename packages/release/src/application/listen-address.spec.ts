import { expect, it } from 'vitest';
import { exampleApplication, exampleProcess } from '@fairness-deploy/core/testing';
import { COLOURS } from './colour.js';
import { listenAddress } from './listen-address.js';

it('listenAddress() is a port of its own in each colour, or a socket', () => {
  const web = exampleProcess({ name: 'web', port: 1, alternatePort: 2 });
  const api = exampleProcess({ name: 'api', listen: 'socket' });
  const application = exampleApplication({ processes: [web, api] });
  const addresses = (process: typeof web) =>
    COLOURS.map((colour) => listenAddress(application, process, colour));
  expect(addresses(web)).toEqual([1, 2]);
  expect(addresses(api)).toEqual([
    '/srv/shop/sockets/api-blue.sock',
    '/srv/shop/sockets/api-green.sock',
  ]);
});
