import { describe, expect, it } from 'vitest';
import { sh } from '@fairness-deploy/shell';
import { checkShell } from '@fairness-deploy/shell/testing';
import { aptRepository } from './apt-repository.js';

const key = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQ==\n-----END PGP PUBLIC KEY BLOCK-----\n';
const spec = {
  name: 'pgdg',
  uris: ['https://apt.example.org/'],
  suites: ['bookworm'],
  components: ['main'],
  key,
};

describe('aptRepository()', () => {
  it('is a file in the deb822 style, which names its key', () => {
    expect(aptRepository(spec).plan('')?.differences[0]).toEqual({
      kind: 'text',
      field: 'pgdg',
      hunks: `@@ -0,0 +1,5 @@
+Types: deb
+URIs: https://apt.example.org/
+Suites: bookworm
+Components: main
+Signed-By: /etc/apt/keyrings/pgdg.asc`,
    });
  });

  it('is one resource with all others, so that packages come after it', () => {
    const merged = aptRepository({ ...spec, name: 'other' }).merge?.(aptRepository(spec));
    expect(merged?.address).toBe('apt:repositories');
    expect(merged?.plan('')?.differences.map(({ field }) => field)).toEqual([
      'other',
      'other key',
      'other lists',
      'pgdg',
      'pgdg key',
      'pgdg lists',
    ]);
    expect(() =>
      aptRepository(spec).merge?.(aptRepository({ ...spec, suites: ['trixie'] })),
    ).toThrow("'pgdg': it is declared twice, with different contents");
  });

  it('has the same armored key from a machine whose lines end with CRLF', () => {
    const crlf = Buffer.from(key.replaceAll('\n', '\r\n'));
    expect(aptRepository({ ...spec, key: crlf }).plan('')).toEqual(aptRepository(spec).plan(''));
  });

  it('tells the key by its form', () => {
    const binary = new Uint8Array([0x99, 1, 0x0d]);
    expect(JSON.stringify(aptRepository({ ...spec, key: binary }).plan(''))).toContain('pgdg.gpg');
    for (const none of ['', 'x', '-----BEGIN PGP PRIVATE KEY BLOCK-----', new Uint8Array([1, 2])]) {
      expect(() => aptRepository({ ...spec, key: none })).toThrow(TypeError);
    }
  });

  it.each([
    { name: '../x' },
    { name: 'a b' },
    { uris: ['ftp://x'] },
    { uris: ['https://x\nTrusted: yes'] },
    { uris: [] },
    { suites: ['a b'] },
    { suites: ['./'] },
    { components: [] },
    { components: ['main\nx'] },
    { architectures: ['AMD64'] },
  ])('refuses %j', (wrong) => {
    expect(() => aptRepository({ ...spec, ...wrong })).toThrow(RangeError);
  });

  it('makes scripts that shellcheck has nothing to say of', async () => {
    const resource = aptRepository(spec);
    await checkShell(resource.read);
    await checkShell(resource.plan('')?.apply ?? sh`false`);
  });
});
