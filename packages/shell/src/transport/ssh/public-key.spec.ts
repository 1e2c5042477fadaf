import { createRequire } from 'node:module';
import { expect, it } from 'vitest';
import { publicKeyOf } from './public-key.js';

interface KeyGenerator {
  utils: {
    generateKeyPairSync: (
      type: string,
      options: object,
    ) => { readonly private: string; readonly public: string };
  };
}

it('publicKeyOf() reads the public key of an encrypted file', () => {
  const { utils } = createRequire(__filename)('ssh2') as KeyGenerator;
  const pair = utils.generateKeyPairSync('ed25519', {
    passphrase: 'a passphrase',
    cipher: 'aes256-cbc',
  });
  const content = Buffer.from(pair.private);
  expect(publicKeyOf(content)?.toString('base64')).toBe(pair.public.split(' ')[1]);
});

it('publicKeyOf() finds nothing in other files, or in a part of one', () => {
  expect(publicKeyOf(Buffer.from('no key'))).toBeUndefined();
  const magic = Buffer.from('openssh-key-v1\0\0\0\0\x04none\0\0\xff\xff', 'latin1');
  const file = `-----BEGIN OPENSSH PRIVATE KEY-----\n${magic.toString('base64')}\n-----END`;
  expect(publicKeyOf(Buffer.from(file))).toBeUndefined();
});
