import { describe, expect, it } from 'vitest';
import { sh } from '@fairness-deploy/shell';
import { checkShell } from '@fairness-deploy/shell/testing';
import { nodeFolder, nodeRuntime } from './node-runtime.js';

describe('nodeRuntime()', () => {
  it('has a folder for each version', () => {
    expect(nodeFolder('20.19.2')).toBe('/opt/node/20.19.2');
    expect(nodeRuntime({ version: '20.19.2' }).address).toBe('node:20.19.2');
  });

  it('is there, or is not', () => {
    expect(nodeRuntime({ version: '20.19.2' }).plan('20.19.2')).toBeUndefined();
    expect(nodeRuntime({ version: '20.19.2' }).plan('')?.action).toBe('create');
  });

  it.each(['20', 'v20.19.2', 'lts', '20.19.2-rc.1', '../../etc', ''])(
    'refuses the version %j',
    (version) => {
      expect(() => nodeRuntime({ version })).toThrow('expected an exact version, such as 20.19.2');
    },
  );

  it.each(['', 'nodejs.org', 'file:///x', 'https://a b'])('refuses the mirror %j', (mirror) => {
    expect(() => nodeRuntime({ version: '20.19.2', mirror })).toThrow('expected an address');
  });

  it('is not taken over plain http, unless its checksum is known', () => {
    const mirror = 'http://mirror.example/node';
    expect(() => nodeRuntime({ version: '20.19.2', mirror })).toThrow('anybody on the way');
    const pinned = nodeRuntime({ version: '20.19.2', mirror, sha256: 'a'.repeat(64) });
    const apply = String(pinned.plan('')?.apply);
    expect(apply).not.toContain('fd_fetch SHASUMS256.txt');
    expect(apply).toContain(`fd_wanted=${'a'.repeat(64)}`);
    const local = { version: '20.19.2', mirror: 'http://gateway.sandbox.internal:48080' };
    expect(nodeRuntime(local).address).toBe('node:20.19.2');
    // A redirect of an https mirror to plain http is not followed.
    const official = nodeRuntime({ version: '20.19.2' });
    expect(String(official.plan('')?.apply)).toMatch(/curl --proto '?=https'? /);
  });

  it('makes scripts that shellcheck has nothing to say of', async () => {
    const resource = nodeRuntime({ version: '20.19.2', mirror: 'https://mirror/node/' });
    await checkShell(resource.read);
    await checkShell(resource.plan('')?.apply ?? sh`false`);
  });
});
