import { z } from '@fairness-deploy/core';
import { exampleEnvironment, exampleHost } from '@fairness-deploy/core/testing';
import { expect, it } from 'vitest';
import { folderOf, machineOf, vagrantSchema } from './section.js';
import { validate } from './validate.js';

const host = (name: string, settings = {}) => ({
  ...exampleHost,
  name,
  address: name,
  ...settings,
});
const issues = (section: unknown, hosts = [host('web')], sections = {}) =>
  validate(z.parse(vagrantSchema, section), { ...exampleEnvironment({ hosts }), sections });

it('validate() accepts hosts without settings, and machines of other names', () => {
  expect(issues({})).toEqual([]);
  expect(issues({ machines: { 'web.shop': 'shop' } }, [host('web.shop')])).toEqual([]);
  expect(machineOf(z.parse(vagrantSchema, { machines: { web: 'shop' } }), 'web')).toBe('shop');
  expect(machineOf(z.parse(vagrantSchema, {}), 'constructor')).toBe('constructor');
});

const UNUSED = 'it has no effect on a VM of Vagrant';
const BAD_NAME = 'no machine of Vagrant can have the name "[::1]"';

it.each([
  [{}, { address: '10.0.0.1' }, 'hosts', ['web', 'address'], UNUSED],
  [{}, { user: 'ann' }, 'hosts', ['web', 'user'], UNUSED],
  [{}, { name: '[::1]', address: '[::1]' }, 'hosts', ['[::1]'], BAD_NAME],
  [{ machines: { wbe: 'x' } }, {}, undefined, ['machines', 'wbe'], 'there is no host "wbe"'],
])('validate() of %j with %j refuses it in %s at %j: %s', (section, settings, ...issue) => {
  const [within, path, message] = issue;
  const found = issues(section, [host('web', settings)]);
  expect(found.map((one) => [one.within, one.path, one.message])).toEqual([
    [within, path, message],
  ]);
});

it('validate() refuses an environment with a sandbox', () => {
  expect(issues({}, [host('web')], { sandbox: {} })).toMatchObject([
    { message: 'the environment has the section "sandbox" too: a host is in one of the two' },
  ]);
});

it.each(['-web', '/web/', 'a b', ''])('the section refuses the machine %j', (name) => {
  expect(z.safeParse(vagrantSchema, { machines: { web: name } }).success).toBe(false);
});

it('folderOf() begins at the workspace', () => {
  const environment = exampleEnvironment({ workspace: '/shop' });
  const sections = { vagrant: z.parse(vagrantSchema, {}) };
  expect(folderOf({ ...environment, sections })).toBe('/shop/vagrant');
});
