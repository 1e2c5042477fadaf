import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const DRIVER = join(__dirname, '..', '..', 'dist', 'git-driver.cjs');

describe("git's merge driver", () => {
  it('refuses the folder of an environment with a name that a shell would take for a command', () => {
    const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
    const versions = ['base', 'ours', 'theirs'].map((name) => join(folder, name));
    for (const file of versions) writeFileSync(file, 'x\n');
    const path = 'environments/$(id)\u001b[2J/secrets.yaml';
    const { status, stderr } = spawnSync(process.execPath, [DRIVER, 'merge', ...versions, path], {
      encoding: 'utf8',
      cwd: folder,
    });
    rmSync(folder, { recursive: true });
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^Cannot merge the secrets of the environment "\$\(id\).*: expected an env/,
    );
    expect(stderr).not.toContain('\u001b');
  });
});
