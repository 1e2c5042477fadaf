import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { childEnvironment } from '../../client/child-environment.js';
import { INSECURE_PRIVATE_KEY } from '../../testing/insecure-key.js';
import { saying } from '../../testing/saying.js';
import { makeKey } from '../../testing/ssh-server.js';
import { allowedKeys } from './allowed-keys.js';
import type { Endpoint } from './endpoint.js';
import { identities } from './identities.js';
import { refuseInsecureFile } from './refused-keys.js';

const ENDPOINT: Endpoint = {
  ...{ name: 'web', host: '10.0.0.1', port: 22, user: 'root', hostKeyName: '10.0.0.1' },
  ...{ identityFiles: [], identitiesNamed: false, identitiesOnly: true, agent: undefined },
  timeout: 1000,
};
const PUBLIC = 'AAAAC3NzaC1lZDI1NTE5AAAAIN1YdxBpNlzxDqfJyw/QKow1F+wvG9hXGoqiysfJOn5Y';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'refused-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, content: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, content, { mode: 0o600 });
  return file;
}

/** What openssl makes of a private key. */
function openssl(key: string, ...words: readonly string[]): string {
  return execFileSync('openssl', words, {
    ...{ input: key, encoding: 'utf8', env: childEnvironment(), stdio: 'pipe' },
  });
}

const encrypted = (key: string): string =>
  openssl(key, 'rsa', '-aes128', '-traditional', '-passout', 'pass:open sesame');

/** Files of Vagrant's key that OpenSSH uses. */
const FORMS: readonly (readonly [string, () => string])[] = [
  ['in PEM', () => INSECURE_PRIVATE_KEY],
  ['in PKCS#8', () => openssl(INSECURE_PRIVATE_KEY, 'pkcs8', '-topk8', '-nocrypt')],
  ['in PEM below a comment', () => `# of the VM\n${INSECURE_PRIVATE_KEY}`],
  ['in PEM above other text', () => `${INSECURE_PRIVATE_KEY}\nof the VM\n`],
  ['as a public key', () => `ssh-ed25519 ${PUBLIC} vagrant\n`],
  ['as a public key below a comment', () => `# of the VM\n\nssh-ed25519 ${PUBLIC}\n`],
];

describe.each(FORMS)("Vagrant's insecure key %s", (_, content) => {
  it('is refused as the target’s own file, for all ways to log in', async () => {
    const identityFile = write('key', content());
    const refusal = saying(
      `Cannot connect to web: ${identityFile} is Vagrant's insecure key, which everybody has: all who reach the host could log in\n  → make a key of your own`,
    );
    await expect(refuseInsecureFile({ ...ENDPOINT, identityFile })).rejects.toThrow(refusal);
    await expect(allowedKeys({ ...ENDPOINT, identityFile })).rejects.toThrow(refusal);
    const allowed: Endpoint = { ...ENDPOINT, identityFile, insecureKeys: 'allowed' };
    await refuseInsecureFile(allowed);
    expect((await allowedKeys(allowed)).files).toEqual([identityFile]);
  });

  it('is left out among the user’s own files, whatever their public half says', async () => {
    const file = write('key', content());
    const endpoint = { ...ENDPOINT, identityFiles: [file] };
    const leftOut = [`${file}: it is Vagrant's insecure key, which everybody has`];
    for (const half of [undefined, '', 'no key\n', '# comment\n']) {
      if (half !== undefined) write('key.pub', half);
      expect(await allowedKeys(endpoint)).toMatchObject({ files: [], leftOut });
      expect(await identities(endpoint)).toMatchObject({ usable: [], leftOut });
    }
  });
});

describe('a file whose key only a passphrase tells', () => {
  const REASON =
    'nobody can tell which key it is (incorrect passphrase supplied to decrypt private key)';

  it.each([
    ['PEM', encrypted],
    ['PKCS#8', (key: string) => openssl(key, 'pkcs8', '-topk8', '-passout', 'pass:open sesame')],
  ])('is not given to OpenSSH: %s', async (_, lock) => {
    const file = write('my key', lock(INSECURE_PRIVATE_KEY));
    const hint = `write its public half beside it: ssh-keygen -y -f '${file}' > '${file}.pub'`;
    expect(await allowedKeys({ ...ENDPOINT, identityFiles: [file] })).toMatchObject({
      ...{ files: [], leftOut: [`${file}: ${REASON}; ${hint}`] },
    });
    await expect(allowedKeys({ ...ENDPOINT, identityFile: file })).rejects.toThrow(
      saying(
        `Cannot connect to web: ${file} may be Vagrant's insecure key: ${REASON}\n  → ${hint}`,
      ),
    );
    expect((await identities({ ...ENDPOINT, identityFile: file })).usable).toEqual([]);
  });

  it('is given to OpenSSH with its public half beside it, unless that one is insecure', async () => {
    makeKey(path.join(folder, 'own'), 'rsa');
    execFileSync(
      'ssh-keygen',
      ['-q', '-p', '-m', 'PEM', '-N', '', '-f', path.join(folder, 'own')],
      {
        env: childEnvironment(),
      },
    );
    const own = execFileSync('cat', [path.join(folder, 'own')], {
      ...{ encoding: 'utf8', env: childEnvironment() },
    });
    const file = write('own', encrypted(own));
    const endpoint = { ...ENDPOINT, identityFiles: [file] };
    expect((await allowedKeys(endpoint)).files).toEqual([file]);
    // OpenSSH would ask an agent to sign with it.
    write('own.pub', `ssh-ed25519 ${PUBLIC}\n`);
    expect((await allowedKeys(endpoint)).files).toEqual([]);
    write('own', own);
    expect((await allowedKeys(endpoint)).files).toEqual([]);
  });
});

it('a key of one’s own is given to OpenSSH, with a passphrase as well', async () => {
  const files = ['', 'open sesame'].map((passphrase, at) => {
    const { file } = makeKey(path.join(folder, `own-${String(at)}`), 'ed25519', passphrase);
    rmSync(`${file}.pub`);
    return file;
  });
  const pkcs8 = write('pkcs8', openssl('', 'genpkey', '-algorithm', 'RSA'));
  const absent = path.join(folder, 'absent');
  const all = [...files, pkcs8, absent];
  expect(await allowedKeys({ ...ENDPOINT, identityFiles: all })).toEqual({
    ...{ files: all, leftOut: [], onlyOfAgent: undefined },
  });
});

it('what is no ordinary file is not read, and others may not read a key', async () => {
  const pipe = path.join(folder, 'pipe');
  execFileSync('mkfifo', [pipe], { env: childEnvironment() });
  const open = write('open', openssl('', 'genpkey', '-algorithm', 'RSA'));
  execFileSync('chmod', ['644', open], { env: childEnvironment() });
  const { files, leftOut } = await allowedKeys({ ...ENDPOINT, identityFiles: [pipe, open] });
  expect(files).toEqual([]);
  expect(leftOut).toEqual([
    `${pipe}: nobody can tell which key it is (it is not an ordinary file); look what it is: ssh-keygen -l -f ${pipe}`,
    `${open}: nobody can tell which key it is (bad permissions); chmod 600 ${open}`,
  ]);
});
