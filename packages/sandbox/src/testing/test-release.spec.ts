import { saying } from '@fairness-deploy/shell/testing';
import { describe, expect, it } from 'vitest';
import { testRelease } from './test-release.js';

describe('testRelease()', () => {
  it.each([
    [undefined, 'bookworm'],
    ['', 'bookworm'],
    ['trixie', 'trixie'],
    ['bullseye', 'bullseye'],
  ])('of TEST_RELEASE=%s is %s', (value, release) => {
    expect(testRelease({ TEST_RELEASE: value })).toBe(release);
  });

  it.each(['13', 'Trixie', 'toString', 'trixie '])('refuses TEST_RELEASE=%s', (value) => {
    expect(() => testRelease({ TEST_RELEASE: value })).toThrow(
      saying(
        `Cannot start a host for tests: TEST_RELEASE is ${JSON.stringify(value)}, and there is no such release\n  → name one of these: bullseye, bookworm, trixie`,
      ),
    );
  });
});
