import { Secret } from '@fairness-deploy/shell/secret';
import { expect, it } from 'vitest';
import { StandIns } from './stand-ins.js';

const wanted = [{ name: 'token', description: '', bytes: 8, deprecated: false }];
const standIns = new StandIns({ wanted, said: { stripe_key: 'sk_test_1' } });

it('StandIns has every secret, and the same value at each load', () => {
  const [one, other] = [standIns.store({}), standIns.store({})];
  expect(one.has('anything')).toBe(true);
  expect(one.get('token').reveal()).toMatch(/^[0-9a-f]{16}$/);
  expect(other.get('token').reveal()).toBe(one.get('token').reveal());
});

it('StandIns takes what a plugin says, then what the section says', () => {
  const store = standIns.store({ db_host: '127.0.0.1', stripe_key: 'sk_test_2' });
  expect(store.get('db_host').reveal()).toBe('127.0.0.1');
  expect(store.get('stripe_key').reveal()).toBe('sk_test_2');
  expect(standIns.store({}).get('stripe_key').reveal()).toBe('sk_test_1');
});

it('StandIns masks random values only', () => {
  const store = standIns.store({ db_host: '127.0.0.1', key: new Secret('key', 'PEM') });
  for (const name of ['token', 'stripe_key', 'db_host', 'api_url']) store.get(name);
  expect(store.secrets.map(({ name }) => name).sort()).toEqual(['key', 'token']);
});

it('StandIns masks what a plugin asks for later', () => {
  const store = new StandIns({ wanted, said: {} }).store({});
  // As the mask takes them, before the plugin asks.
  const masked = store.secrets.map((secret) => secret.reveal());
  expect(masked).toEqual([store.get('token').reveal()]);
});

it('StandIns leaves the real secrets in place, but not those that a plugin replaces', () => {
  const real = {
    names: ['token'],
    secrets: [new Secret('token', 'real')],
    has: (name: string) => name === 'token' || name === 'db_host',
    get: (name: string) => new Secret(name, 'real'),
    hint: () => 'add it',
  };
  const store = standIns.store({ db_host: '127.0.0.1' }, real);
  expect([store.get('token').reveal(), store.get('db_host').reveal()]).toEqual([
    'real',
    '127.0.0.1',
  ]);
  expect([store.has('other'), store.hint('other')]).toEqual([false, 'add it']);
});
