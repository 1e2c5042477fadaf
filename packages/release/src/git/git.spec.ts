import { expect, it, vi } from 'vitest';
import { git } from './git.js';

it('git() gives git nothing that opens the secrets', async () => {
  vi.stubEnv('FAIRNESS_AGE_IDENTITY', 'of-the-secrets');
  try {
    // As a credential helper or a filter of the user's would see it.
    const { stdout } = await git(['-c', 'alias.see=!env', 'see'], { folder: '/' });
    expect(stdout.toString()).toContain('LC_ALL=C.UTF-8');
    expect(stdout.toString()).not.toContain('of-the-secrets');
  } finally {
    vi.unstubAllEnvs();
  }
});
