import { describe, expect, it } from 'vitest';
import { withVersion } from './changelog.mjs';

const ENTRY = '## 0.2.0 (2026-12-01)\n\n### All fixes\n\n- **core:** read the file again';

describe('withVersion()', () => {
  it('gives the version what was unreleased, and then what Nx lists', () => {
    const before = '# Changelog\n\nFor users.\n\n## Unreleased\n\n### Fixed\n\n- It reads.\n';
    expect(withVersion(`${before}\n## 0.1.0 (2026-11-01)\n\n- The first.\n`, ENTRY)).toBe(
      `# Changelog

For users.

## Unreleased

## 0.2.0 (2026-12-01)

### Fixed

- It reads.

### All fixes

- **core:** read the file again

## 0.1.0 (2026-11-01)

- The first.
`,
    );
  });

  it('needs no hand-written part, and no earlier version', () => {
    expect(withVersion('# Changelog\n\n## Unreleased\n', ENTRY)).toBe(
      `# Changelog\n\n## Unreleased\n\n${ENTRY}\n`,
    );
  });

  it('refuses a changelog without the heading, which would be lost', () => {
    expect(() => withVersion('# Changelog\n', ENTRY)).toThrow('has no "## Unreleased"');
  });
});
