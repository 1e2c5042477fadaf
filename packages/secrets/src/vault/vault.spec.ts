import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../secrets-error.js';
import { parseEnvelope } from './envelope.js';
import { decryptVault, encryptVault } from './vault.js';

const PASSWORD = Buffer.from('correct horse');

/** Written by ansible-vault 2.14 with the password `correct horse`. */
const BY_ANSIBLE = `$ANSIBLE_VAULT;1.1;AES256
66366433653065656135613537336663333366323335303739633439323830663664613233613835
6562333263373035303135313362373263346133373132310a363838383533333063376135343038
35613230373735316531326435346637363738646238616164393366313766633533343938353363
6464623431353231310a363065356463303761323230313234313130643530646636383735666435
32313537343965613838383236393963633763373034633464313661383162356534
`;

const refused = (text: string): Promise<unknown> =>
  decryptVault(text, PASSWORD).then(
    () => 'opened',
    (error: unknown) => (error instanceof FormatError ? 'refused' : error),
  );

describe('encryptVault() and decryptVault()', () => {
  it('read what ansible-vault wrote', async () => {
    expect((await decryptVault(BY_ANSIBLE, PASSWORD)).toString()).toBe('db_host: localhost\n');
  });

  it('bring any bytes back, with and without a label', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        fc.uint8Array({ minLength: 1 }),
        fc.option(fc.constantFrom('dev', 'prod-2', 'é'), { nil: undefined }),
        async (content, password, label) => {
          const text = await encryptVault(content, password, label);
          expect(parseEnvelope(text).label).toBe(label);
          expect([...(await decryptVault(text, password))]).toEqual([...content]);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('never give the same text twice', async () => {
    const content = Buffer.from('same');
    expect(await encryptVault(content, PASSWORD)).not.toBe(await encryptVault(content, PASSWORD));
  });

  it('refuse another password', async () => {
    await expect(decryptVault(BY_ANSIBLE, Buffer.from('Correct horse'))).rejects.toThrow(
      'the password is wrong, or the file has been changed without it',
    );
  });

  it('refuse a text that was cut at any length', async () => {
    for (let length = 0; length < BY_ANSIBLE.length; length++) {
      expect(await refused(BY_ANSIBLE.slice(0, length))).toBe('refused');
    }
  });

  it('refuse every change of a single byte', async () => {
    const bytes = Buffer.from(await encryptVault(Buffer.from('x'), PASSWORD));
    await fc.assert(
      fc.asyncProperty(
        fc.nat(bytes.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (at, by) => {
          const changed = Buffer.from(bytes);
          changed[at] = (bytes[at] ?? 0) ^ by;
          expect(await refused(changed.toString('latin1'))).toBe('refused');
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([
    ['no text', '', 'its first line is damaged'],
    ['another version', '$ANSIBLE_VAULT;1.0;AES\n', "of Ansible Vault's version 1.0, expected 1.1"],
    ['CRLF', BY_ANSIBLE.replaceAll('\n', '\r\n'), 'its lines end with CRLF, expected LF'],
    ['no final newline', BY_ANSIBLE.trimEnd(), 'its last line has no end'],
    ['capitals', BY_ANSIBLE.replace('a', 'A'), 'is damaged, expected 80 hexadecimal digits'],
    ['little', '$ANSIBLE_VAULT;1.1;AES256\n3637\n', 'expected salt, HMAC and ciphertext'],
  ])('say what is wrong: %s', async (_what, text, message) => {
    await expect(decryptVault(text, PASSWORD)).rejects.toThrow(message);
  });

  it.each(['', 'a b', 'a;b'])('refuse the label %j', async (label) => {
    await expect(encryptVault(PASSWORD, PASSWORD, label)).rejects.toThrow(RangeError);
  });
});
