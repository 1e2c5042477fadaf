import { describe, expect, it } from 'vitest';
import { environmentSecretStore } from './secret-store.js';

describe('environmentSecretStore()', () => {
  const store = environmentSecretStore({
    FAIRNESS_SECRET_DB_PASSWORD: 'p4ss',
    FAIRNESS_SECRET_EMPTY: '',
    HOME: '/root',
  });

  it('reads a secret from its variable, hyphens as underscores', () => {
    expect(store.get('db_password').reveal()).toBe('p4ss');
    expect(store.get('db-password').reveal()).toBe('p4ss');
    expect(String(store.get('db_password'))).toBe('***');
  });

  it('does not have what is unset or empty', () => {
    expect([store.has('db_password'), store.has('empty'), store.has('home')]).toEqual([
      true,
      false,
      false,
    ]);
    expect(() => store.get('smtp')).toThrow(
      'Cannot read the secret "smtp": FAIRNESS_SECRET_SMTP is not set',
    );
  });

  it('names what it has and says how to add more', () => {
    expect(store.names).toContain('db_password');
    expect(store.hint('smtp')).toBe('export FAIRNESS_SECRET_SMTP=…');
  });
});
