import { expect, it } from 'vitest';
import { within } from './within.js';

const late = (): Error => new Error('late');
const never = new Promise<never>(() => undefined);

it('within() gives what comes in time, result or error', async () => {
  await expect(within(Promise.resolve(1), 1000, late)).resolves.toBe(1);
  await expect(within(Promise.reject(new Error('own')), 1000, late)).rejects.toThrow('own');
});

it('within() ends when it takes too long, or is cancelled', async () => {
  await expect(within(never, 1, late)).rejects.toThrow('late');
  await expect(within(never, 1000, late, AbortSignal.timeout(1))).rejects.toThrow('timeout');
  const signal = AbortSignal.abort(new Error('before'));
  await expect(within(Promise.resolve(1), 1000, late, signal)).rejects.toThrow('before');
});
