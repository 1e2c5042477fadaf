import { RELEASES } from '@fairness-deploy/core/resources';
import { saying } from '@fairness-deploy/shell/testing';
import { describe, expect, it } from 'vitest';
import { requireBrotli } from './require-brotli.js';

describe('requireBrotli()', () => {
  it.each([...RELEASES])('refuses $name only when it has no modules', (release) => {
    const plan = () => requireBrotli().plan(`${release.id} ${release.version}`);
    if (release.brotli.length > 0) {
      expect(plan()).toBeUndefined();
    } else {
      expect(plan).toThrow(
        saying(
          `${release.name} has no modules of nginx for brotli\n  → remove it from environment.yaml: nginx: { brotli: true }`,
        ),
      );
    }
  });
});
