import { exampleEnvironment } from '@fairness-deploy/core/testing';
import { expect, it } from 'vitest';
import { plugin } from './sandbox-plugin.js';
import { sandboxSchema } from './section.js';

const section = sandboxSchema.parse({});

it('settings of a host that the sandbox sets itself are refused', () => {
  const environment = exampleEnvironment();
  const [host] = environment.hosts;
  if (!host) throw new Error('no host');
  const check = (more: object) =>
    plugin.validate?.(section, { ...environment, hosts: [{ ...host, ...more }] }, []);
  const { name, address, sudo } = host;
  expect(
    plugin.validate?.(section, { ...environment, hosts: [{ name, address, sudo }] }, []),
  ).toEqual([]);
  expect(check({ user: 'ana', identityFile: '/home/ana/key' })).toMatchObject([
    { within: 'hosts', path: [name, 'user'] },
    { within: 'hosts', path: [name, 'identityFile'] },
  ]);
});

it('a name that no host of the sandbox can have is refused', () => {
  const environment = exampleEnvironment();
  const check = (name: string, of = environment.name) =>
    plugin.validate?.(
      section,
      { ...environment, name: of, hosts: [{ name, address: name, sudo: true }] },
      [],
    );
  expect(check('a'.repeat(45), 'prod')).toEqual([]);
  expect(check('a'.repeat(46), 'prod')).toEqual([
    {
      ...{ within: 'hosts', path: ['a'.repeat(46)] },
      message: `its name in the sandbox, ${'a'.repeat(46)}.prod, has 51 characters, expected at most 50`,
      hint: 'give the host or the environment another name',
    },
  ]);
  expect(check('web', 'e'.repeat(47))).toMatchObject([{ path: ['web'] }]);
  expect(check('Web_1', 'prod')).toMatchObject([
    {
      message:
        'its name in the sandbox, Web_1.prod, is no host name: expected lower-case letters, digits, - and .',
    },
  ]);
});

it('ports of this machine are refused for several hosts', () => {
  const environment = exampleEnvironment();
  const [host] = environment.hosts;
  if (!host) throw new Error('no host');
  const { name, address, sudo } = host;
  const hosts = [
    { name, address, sudo },
    { name: 'other', address: 'other', sudo },
  ];
  const ports = sandboxSchema.parse({ ports: { 80: 8080 } });
  expect(plugin.validate?.(ports, { ...environment, hosts }, [])).toMatchObject([
    { path: ['ports'], message: expect.stringContaining('one host only') as string },
  ]);
  expect(plugin.validate?.(ports, { ...environment, hosts: hosts.slice(0, 1) }, [])).toEqual([]);
});
