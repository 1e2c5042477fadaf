import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { layoutOf } from '../application/layout.js';
import { newReleaseId } from '../application/release-id.js';
import { temporaryFolder } from '../testing/temporary-repository.js';
import { liveMayBe } from './live-may-be.js';

const commit = '3f2a1bc'.padEnd(40, '0');
const id = newReleaseId(new Date('2026-11-23T10:15:02Z'), commit, new Set());

describe('liveMayBe()', () => {
  const status = (target: string | undefined, of: string): number | null => {
    const layout = layoutOf({ name: 'shop', home: temporaryFolder() });
    mkdirSync(join(layout.colours, 'green'), { recursive: true });
    if (target !== undefined) {
      symlinkSync('colours/green', layout.live);
      symlinkSync(target, join(layout.colours, 'green', 'release'));
    }
    return spawnSync('dash', ['-eus'], { input: liveMayBe(layout, of).reveal() }).status;
  };

  it('is so when the live release has the beginning of the commit in its name', () => {
    expect(status(`../../releases/${id}`, commit)).toBe(0);
    expect(status(`../../releases/${id}/apps/web`, commit)).toBe(0);
  });

  it('is not so when it is of another commit, or there is none', () => {
    expect(status(`../../releases/${id}`, 'a'.repeat(40))).toBe(1);
    expect(status(undefined, commit)).toBe(1);
  });
});
