import { describe, expect, it } from 'vitest';
import { saying } from '@fairness-deploy/shell/testing';
import { installDebianPackages } from './debian-packages.js';

describe('installDebianPackages()', () => {
  const lines: string[] = [];
  const report = (line: string): void => void lines.push(line);

  it('does nothing where all are installed', async () => {
    await installDebianPackages(['bash', 'coreutils'], report);
    expect(lines).toEqual([]);
  });

  it('says which cannot be installed, and how to see more', async () => {
    const name = 'no-such-package-of-fairness-deploy';
    await expect(installDebianPackages(['bash', name], report)).rejects.toThrow(
      saying(new RegExp(`Cannot install ${name}: [^]*Unable to locate[^]*→ Run it yourself`)),
    );
    expect(lines).toEqual([`Installing Debian packages on this machine: ${name}`]);
  });
});
