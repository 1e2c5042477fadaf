import { describe, expect, it } from 'vitest';
import { hostId, hostKey } from './host-id.js';

describe('hostId()', () => {
  it('tells workspaces apart', () => {
    const [a, b] = ['/srv/a', '/srv/b'].map((workspace) => hostId({ name: 'web', workspace }));
    expect(a).toMatch(/^web-[0-9a-f]{8}$/);
    expect(a).not.toBe(b);
  });

  it('tells an environment and its host from another of the same letters', () => {
    expect(hostId(hostKey('b-c', 'a', '/srv'))).not.toBe(hostId(hostKey('c', 'a-b', '/srv')));
  });

  it.each(['', '.', 'Web', 'a..b', '-a', 'a/b', '../a', 'a b', 'a\n', 'a'.repeat(51)])(
    'refuses the name %j',
    (name) => {
      expect(() => hostId({ name, workspace: '/srv' })).toThrow('Cannot name a sandbox host');
    },
  );
});
