import { describe, expect, it } from 'vitest';
import { sh } from '@fairness-deploy/shell';
import { checkShell } from '@fairness-deploy/shell/testing';
import { aptPackages } from './apt-packages.js';

const calls = (names: readonly string[]): readonly string[] =>
  String(aptPackages({ names }).plan('')?.apply)
    .split('\n')
    .filter((line) => line.startsWith('fd_install -'));

describe('aptPackages()', () => {
  it('asks only for the packages it is about', () => {
    expect(String(aptPackages({ names: ['nginx', 'curl'] }).read)).toMatchInlineSnapshot(
      `"dpkg-query -W -f='\${db:Status-Abbrev}|\${Package}|\${Version}\\n' -- curl nginx 2>/dev/null || [ $? -eq 1 ]"`,
    );
  });

  it('installs what is missing, and says so', () => {
    const resource = aptPackages({ names: ['nginx', 'curl', 'xz-utils'] });
    const change = resource.plan('ii |curl|7.88.1-10\nrc |nginx|1.22.1-9\niF |xz-utils|5.4.1-1\n');
    expect(change?.action).toBe('update');
    expect(change?.differences).toEqual([
      { kind: 'value', field: 'nginx', from: undefined, to: 'installed' },
      { kind: 'value', field: 'xz-utils', from: undefined, to: 'installed' },
    ]);
    expect(resource.plan('ii |curl|1\nhi |nginx|1\nii |xz-utils|1')).toBeUndefined();
  });

  it('compares the version only where one is asked for', () => {
    const resource = aptPackages({ names: ['nginx=1.22.1-9', 'curl'] });
    expect(resource.plan('ii |curl|7\nii |nginx|1.20.0-1\n')?.differences).toEqual([
      { kind: 'value', field: 'nginx', from: '1.20.0-1', to: '1.22.1-9' },
    ]);
    expect(calls(['nginx=1.22.1-9', 'curl'])).toEqual([
      'fd_install --allow-downgrades -- nginx=1.22.1-9',
      'fd_install --no-upgrade -- curl',
    ]);
  });

  it('installs everything at once', () => {
    const merged = aptPackages({ names: ['b', 'a'].map((name) => `${name}-1`) }).merge?.(
      aptPackages({ names: ['c-1', 'a-1'] }, { after: ['file:/x'] }),
    );
    expect(merged?.address).toBe('apt:packages');
    expect(merged?.after).toEqual(['file:/x']);
    expect(String(merged?.plan('')?.apply)).toMatch(/\nfd_install --no-upgrade -- a-1 b-1 c-1$/);
  });

  it('refuses two versions of a package', () => {
    expect(() =>
      aptPackages({ names: ['a1=1', 'a1'] }).merge?.(aptPackages({ names: ['a1=2'] })),
    ).toThrow('Cannot install a1: it is asked for in the versions 1 and 2');
  });

  it.each(['', 'Nginx', '-o', 'a b', 'a1=', 'a1=1*', 'a1/stable', 'a1\n'])(
    'refuses the name %j',
    (name) => {
      expect(() => aptPackages({ names: [name] })).toThrow(RangeError);
    },
  );

  it('removes packages by an address of its own', () => {
    const resource = aptPackages({ names: ['apache2'] }, { ensure: 'absent' });
    expect(resource.address).toBe('apt:removed-packages');
    expect(resource.plan('rc |apache2|2.4')).toBeUndefined();
    expect(String(resource.plan('ii |apache2|2.4')?.apply)).toMatch(/\nfd_apt remove -- apache2$/);
  });

  it('makes scripts that shellcheck has nothing to say of', async () => {
    const resource = aptPackages({ names: ['nginx', 'curl=1'] });
    await checkShell(resource.read);
    await checkShell(resource.plan('')?.apply ?? sh`false`);
  });
});
