import { exampleEnvironment } from '@fairness-deploy/core/testing';
import { expect, it } from 'vitest';
import { plugin } from './sandbox-plugin.js';

it('settings of a host that the sandbox sets itself are refused', () => {
  const environment = exampleEnvironment();
  const [host] = environment.hosts;
  if (!host) throw new Error('no host');
  const check = (more: object) =>
    plugin.validate?.({}, { ...environment, hosts: [{ ...host, ...more }] }, []);
  const { name, address, sudo } = host;
  expect(plugin.validate?.({}, { ...environment, hosts: [{ name, address, sudo }] }, [])).toEqual(
    [],
  );
  expect(check({ user: 'ana', identityFile: '/home/ana/key' })).toMatchObject([
    { message: `"hosts.${name}.user" has no effect on a host of the sandbox` },
    { message: `"hosts.${name}.identityFile" has no effect on a host of the sandbox` },
  ]);
});
