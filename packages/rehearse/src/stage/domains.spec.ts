import { definePlugin, z } from '@fairness-deploy/core';
import { exampleEnvironment } from '@fairness-deploy/core/testing';
import { expect, it } from 'vitest';
import { addressesOf, domainsByHost, domainsOf } from './domains.js';

const front = definePlugin<{ domains: readonly string[] }>({
  section: 'front',
  schema: z.object({ domains: z.array(z.string()) }),
  domains: ({ domains }) => [{ path: ['domains'], domains }],
});
const mail = definePlugin<null>({
  section: 'mail',
  schema: z.null(),
  rehearsal: { domains: () => ['mail.test'] },
});
const host = { address: '203.0.113.1', sudo: true };
const environment = exampleEnvironment({
  hosts: [
    { ...host, name: 'one', roles: ['web'] },
    { ...host, name: 'two', roles: ['web'] },
    { ...host, name: 'db', roles: ['db'] },
  ],
  sections: { front: { domains: ['shop.test', '*.shop.test'] }, mail: null },
  on: { front: ['web'] },
});
const plugins = [front, mail];

it('domainsOf() has all domains, those of certificates as well', () => {
  expect(domainsOf(environment, plugins)).toEqual(['shop.test', '*.shop.test', 'mail.test']);
});

it('domainsByHost() and addressesOf() know which hosts serve a domain', () => {
  const byHost = domainsByHost(environment, plugins);
  expect(byHost.get('two')).toEqual(['shop.test', '*.shop.test', 'mail.test']);
  expect(byHost.get('db')).toEqual(['mail.test']);
  const hosts = ['one', 'two', 'db'].map((name, at) => ({ name, address: `10.1.0.${String(at)}` }));
  expect([...addressesOf(byHost, hosts)]).toEqual([
    ['shop.test', ['10.1.0.0', '10.1.0.1']],
    ['mail.test', ['10.1.0.0', '10.1.0.1', '10.1.0.2']],
  ]);
});
