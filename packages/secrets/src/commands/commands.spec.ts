import {
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  mkdirSync,
  existsSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { saying } from '@fairness-deploy/shell/testing';
import { placeOf } from '../environment/place.js';
import { readSection } from '../environment/read-section.js';
import { sealText } from '../file/secrets-file.js';
import { SecretsError } from '../secrets-error.js';
import { fixedKeys } from '../testing/fixed-keys.js';
import { NoPassword } from '../keys/find-password.js';
import { readRecipient } from '../age/recipient.js';
import type { Lock } from '../file/keys.js';
import { checkSecrets } from './check.js';
import { chooseLock } from './choose-lock.js';
import { rekeySecrets, type RekeyOptions } from './rekey.js';
import { setSecret } from './set.js';
import type { Session } from './session.js';
import { showSecrets } from './show.js';

const IDENTITY = 'AGE-SECRET-KEY-1KNRFP47PQLT37KU7CG40PP8RR2M6DEQ30GVMWL53UNRDW3TEW0PSMSJP7C';
const ALICE = 'age1crzqjgatceqcnj743gr0ldtng6jz5khu7kvgxj8z7z9uvh8g8qfqzhw9k3 alice';
const BOB = 'age1mjfwy2gcw987l58zdv8n7ejlczw92xffqe4gy709mrcrl46ryfwqf47vph bob';
const CAROL = 'age1xly6uc73nd3j4zu5rrp9ptadgqj7sh4j2fjckhfqtzvweawxnq8sxa4eth carol';
const PASSWORD = { bytes: Buffer.from('correct horse'), from: 'the test' };

const ENVIRONMENT = `
secrets:
  names:
    db_password: The password of the database
    old_key: { description: Any value, deprecated: true }
    pin: { required: false }
`;

let workspace = '';
let said: string[] = [];
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'secrets-'));
  said = [];
  write('environment.yaml', ENVIRONMENT);
});
afterEach(() => {
  rmSync(workspace, { recursive: true });
});

const path = (name: string): string => join(workspace, 'environments', 'prod', name);
function write(name: string, content: string): void {
  mkdirSync(path('.'), { recursive: true });
  writeFileSync(path(name), content);
}
const file = (): string => readFileSync(path('secrets.yaml'), 'utf8');

function session(env: Readonly<Record<string, string>> = {}): Session {
  const place = placeOf(workspace, 'prod');
  return {
    place,
    section: readSection(place),
    anyName: false,
    keys: fixedKeys('correct horse', [IDENTITY]),
    world: { env: { HOME: workspace, ...env }, warn: (text) => void said.push(text) },
    say: (text) => void said.push(text),
  };
}
async function writeSecrets(plain: string, format: 'age' | 'ansible-vault' = 'ansible-vault') {
  const lock =
    format === 'age'
      ? {
          format,
          environment: 'prod',
          recipients: [{ key: ALICE.split(' ')[0] ?? '', name: 'alice' }],
        }
      : { format, password: PASSWORD };
  write('secrets.yaml', await sealText(plain, lock));
}
const rekey = (options: RekeyOptions, env?: Readonly<Record<string, string>>) =>
  rekeySecrets(session(env), options);

describe('checkSecrets()', () => {
  it('is content with what is declared', async () => {
    await writeSecrets('db_password: long enough\nold_key: none\n');
    expect(await checkSecrets(session())).toBe(true);
    expect(said).toEqual(['environments/prod/secrets.yaml: 2 secrets, all as declared']);
  });

  it('says what is missing, unknown, a placeholder or too short, and shows no value', async () => {
    await writeSecrets('db_password: <changeme>\npin: "77"\nother: hunter2\n');
    expect(await checkSecrets(session())).toBe(false);
    expect(said.join('\n'))
      .toBe(`Too short to be masked in what hosts print, fewer than 4 characters: pin
old_key is missing (Any value)
  → npx nx run prod:secrets-set --name=old_key
other is not declared
  → describe it in environment.yaml, secrets: { names: { other: … } }, or remove it: npx nx run prod:secrets
db_password is a placeholder
  → npx nx run prod:secrets-set --name=db_password
environments/prod/secrets.yaml: 3 to put right`);
  });

  it('finds everything missing where there is no file', async () => {
    expect(await checkSecrets(session())).toBe(false);
    expect(said.join()).toContain('db_password is missing (The password of the database)');
  });

  it('refuses a file that is not encrypted, and says what to do', async () => {
    write('secrets.yaml', 'db_password: hunter2\n');
    await expect(checkSecrets(session())).rejects.toThrow(
      saying(
        /^Cannot open environments\/prod\/secrets.yaml: it is not encrypted.*\n {2}→ npx nx run prod:secrets-rekey/,
      ),
    );
  });
});

describe('showSecrets()', () => {
  it('shows names, and no values', async () => {
    await writeSecrets('db_password: hunter2\nother: ""\n', 'age');
    await showSecrets(session(), {});
    expect(said).toEqual([
      'db_password  The password of the database\nother        (empty)\nenvironments/prod/secrets.yaml (age, for alice)',
    ]);
  });

  it('says which there are when one is not there', async () => {
    await writeSecrets('db_password: hunter2\n');
    const shown = showSecrets(session(), { name: 'db_passwort' });
    await expect(shown).rejects.toThrow(saying("doesn't have it\n  → it has db_password"));
  });
});

describe('chooseLock()', () => {
  const without = (error: Error, identities = [IDENTITY]): Session => ({
    ...session(),
    keys: { ...fixedKeys('', identities), password: () => Promise.reject(error) },
  });
  const ownKey = (): void => {
    mkdirSync(join(workspace, '.ssh'));
    writeFileSync(join(workspace, '.ssh/id_ed25519.pub'), `${ALICE}\n`);
  };

  it("takes the password, else the user's own key, as long as nothing is wrong", async () => {
    expect(await chooseLock(session(), undefined)).toMatchObject({ format: 'ansible-vault' });
    const none = without(new NoPassword('no password'), []);
    await expect(chooseLock(none, undefined)).rejects.toThrow('no password');
    ownKey();
    expect(await chooseLock(none, undefined)).toMatchObject({
      format: 'age',
      recipients: [{ name: 'alice' }],
    });
    await expect(chooseLock(none, 'ansible-vault')).rejects.toThrow('no password');
    const unsafe = without(new SecretsError('git does not ignore it'));
    await expect(chooseLock(unsafe, undefined)).rejects.toThrow('git does not ignore it');
  });
});

describe('chooseLock() with a key that a variable names', () => {
  const keygen = (name: string, ...args: readonly string[]): string => {
    const key = join(workspace, name);
    execFileSync('ssh-keygen', ['-q', '-f', key, ...args]);
    return key;
  };
  const lockWith = (env: Readonly<Record<string, string>>): Promise<Lock> => {
    mkdirSync(join(workspace, '.ssh'), { recursive: true });
    writeFileSync(join(workspace, '.ssh/id_ed25519.pub'), `${BOB}\n`);
    return chooseLock({ ...session(env), keys: fixedKeys('') }, 'age');
  };

  it('encrypts for a key of SSH without its passphrase, and says for whom', async () => {
    const key = keygen('deploy', '-t', 'ed25519', '-N', 'secret', '-C', 'ci@example.org');
    const [type = '', blob = ''] = readFileSync(`${key}.pub`, 'utf8').split(' ');
    expect(await lockWith({ FAIRNESS_AGE_IDENTITY_FILE: key })).toMatchObject({
      recipients: [{ key: `${type} ${blob}`, name: 'ci@example.org' }],
    });
    expect(said).toEqual([
      `The recipient is ci@example.org (ssh-ed25519 AAAAC3Nz…): the key of ${key}, which FAIRNESS_AGE_IDENTITY_FILE names`,
    ]);
    // A public key beside it that is another one's.
    writeFileSync(`${key}.pub`, `${BOB}\n`);
    expect(await lockWith({ FAIRNESS_AGE_IDENTITY_FILE: key })).toMatchObject({
      recipients: [{ key: `${type} ${blob}` }],
    });
  });

  it("encrypts for a key of age's, from a file or the variable itself", async () => {
    const path = join(workspace, 'age-identity');
    writeFileSync(path, `# made by age-keygen\n${IDENTITY}\n`, { mode: 0o600 });
    const recipients = [{ key: ALICE.split(' ')[0] }];
    expect(await lockWith({ FAIRNESS_AGE_IDENTITY_FILE: path })).toMatchObject({ recipients });
    expect(await lockWith({ FAIRNESS_AGE_IDENTITY: IDENTITY })).toMatchObject({ recipients });
    expect(said).toEqual([
      `The recipient is age1crzqjgat…zhw9k3: the key of ${path}, which FAIRNESS_AGE_IDENTITY_FILE names`,
      'The recipient is age1crzqjgat…zhw9k3: the key of FAIRNESS_AGE_IDENTITY',
    ]);
    expect(said.join()).not.toContain('SECRET');
  });

  it('takes the public key beside one whose public half is encrypted, too', async () => {
    const key = keygen(
      'old',
      ...['-t', 'rsa', '-b', '2048', '-m', 'PEM', '-N', 'secret', '-C', 'old'],
    );
    expect(await lockWith({ FAIRNESS_AGE_IDENTITY_FILE: key })).toMatchObject({
      recipients: [{ name: 'old' }],
    });
    rmSync(`${key}.pub`);
    await expect(lockWith({ FAIRNESS_AGE_IDENTITY_FILE: key })).rejects.toThrow(
      saying(
        `Cannot encrypt for the key from ${key}: its public half is encrypted, too\n  → write that beside it: ssh-keygen -y -f ${key} > ${key}.pub`,
      ),
    );
  });

  it('says what is wrong with the key that is named, instead of taking another one', async () => {
    const named = (path: string): Promise<Lock> => lockWith({ FAIRNESS_AGE_IDENTITY_FILE: path });
    await expect(named('/nonexistent')).rejects.toThrow('Cannot read the key from /nonexistent');
    const path = join(workspace, 'other');
    writeFileSync(path, 'nothing', { mode: 0o600 });
    await expect(named(path)).rejects.toThrow(`Cannot use the key from ${path}: expected lines`);
  });
});

describe('chooseLock() with a key of age alone', () => {
  it('encrypts for whom it belongs to', async () => {
    const [key = ''] = ALICE.split(' ');
    expect(await chooseLock(session(), 'age')).toMatchObject({ recipients: [{ key }] });
    const none: Session = { ...session(), keys: fixedKeys('') };
    await expect(chooseLock(none, 'age')).rejects.toThrow(
      saying(
        /you have no key in ~\/.ssh, and none of age\n.*age-keygen -o environments\/age-identity/,
      ),
    );
  });
});

it('rekeySecrets() reads no public key that never ends', async () => {
  await writeSecrets('db_password: hunter2\n', 'age');
  await expect(rekey({ add: ['/dev/zero'] })).rejects.toThrow(
    'Cannot read the key from /dev/zero: it is not an ordinary file',
  );
});

describe('a data key that this clone does not know', () => {
  const stranger = (plain: string): Promise<void> => writeSecrets(plain, 'age');

  it('is told by secrets-check, and stops what would encrypt with it, until it is accepted', async () => {
    execFileSync('git', ['-C', workspace, 'init', '--quiet']);
    await writeSecrets('db_password: long enough\nold_key: none\n', 'age');
    expect(await checkSecrets(session())).toBe(true);
    await rekey({ add: [BOB] });
    // What this clone wrote itself is known to it.
    await checkSecrets(session());
    expect(said.join('\n')).not.toContain('does not know');
    await stranger('db_password: of a stranger\nold_key: none\n');
    said = [];
    expect(await checkSecrets(session())).toBe(false);
    expect(said.join('\n')).toMatch(
      /^environments\/prod\/secrets.yaml has a data key that this clone does not know \([\da-f]{16}\), for alice: .*\n.*secrets-check --accept$/m,
    );
    const before = file();
    await expect(setSecret(session(), { name: 'stripe' })).rejects.toThrow(
      /^Cannot set stripe: .* has a data key that this clone does not know/,
    );
    await expect(rekey({ add: [BOB] })).rejects.toThrow('does not know');
    expect(file()).toBe(before);
    expect(await checkSecrets(session(), { accept: true })).toBe(true);
    expect(await checkSecrets(session())).toBe(true);
  });
});

describe('rekeySecrets() for others alone', () => {
  it('says that it locks the user out, and does so only when told', async () => {
    await writeSecrets('db_password: hunter2\n');
    const before = file();
    await expect(rekey({ format: 'age', add: [BOB, CAROL] })).rejects.toThrow(
      saying(
        /^Cannot rekey environments\/prod\/secrets.yaml: you would lock yourself out.*nothing is written\n.*--lockout$/,
      ),
    );
    expect(said.join('\n')).toContain('none of your keys is among those of bob, carol');
    expect(file()).toBe(before);
    await rekey({ format: 'age', add: [BOB], lockout: true });
    await expect(checkSecrets(session())).rejects.toThrow('none of them is yours');
  });

  it('does so when the last key of the user is removed, too', async () => {
    await writeSecrets('db_password: hunter2\n', 'age');
    await rekey({ add: [BOB] });
    await expect(rekey({ remove: ['alice'] })).rejects.toThrow('you would lock yourself out');
  });
});

describe('rekeySecrets() --from', () => {
  it('takes over the file of another environment', async () => {
    const lock = { format: 'age', environment: 'staging', recipients: [ALICE].map(readRecipient) };
    // Sound: the format is one.
    write('secrets.yaml', await sealText('db_password: hunter2\n', lock as Lock));
    await expect(checkSecrets(session())).rejects.toThrow(
      saying(
        'it is the file of the environment staging, moved or copied here\n  → to take it over: npx nx run prod:secrets-rekey --from=staging',
      ),
    );
    await rekey({ from: 'staging' });
    expect(file()).toContain('environment: prod\n');
  });
});

describe('rekeySecrets()', () => {
  it('takes a new password', async () => {
    await writeSecrets('db_password: hunter2\n');
    expect(await rekey({}, { FAIRNESS_VAULT_NEW_PASSWORD: ' battery ' })).toBe(true);
    expect(said.join('\n')).toContain(
      'Known to anyone with the old password, and should be changed: db_password',
    );
    await expect(checkSecrets(session())).rejects.toThrow('the password from the test is wrong');
  });

  it('adds recipients and removes them, with a new data key, and notes what they have seen', async () => {
    await writeSecrets('db_password: hunter2\nold_key: x\n', 'age');
    const before = file();
    await rekey({ add: [BOB] });
    expect(said[0]).toBe('environments/prod/secrets.yaml is encrypted anew for alice, bob');
    expect(
      file()
        .split('\n')
        .filter((line) => before.split('\n').includes(line) && /^ {2}\w+: /.test(line)),
    ).toEqual([]);
    said = [];
    await rekey({ remove: ['bob'] });
    expect(said).toContain('Known to bob, and should be changed: db_password, old_key');
    expect(file()).toContain('to-change:\n  db_password: bob\n  old_key: bob\n');
    said = [];
    expect(await checkSecrets(session())).toBe(false);
    expect(said.join('\n')).toContain('db_password is to be changed: known to bob');
  });

  it('lists the secrets of all former recipients, and names them once for a file with a password', async () => {
    await writeSecrets('db_password: hunter2\n', 'age');
    await rekey({ add: [BOB, CAROL] });
    await rekey({ remove: ['bob'] });
    await rekey({ remove: ['carol'] });
    expect(file()).toContain('to-change:\n  db_password: bob, carol\n');
    await rekey({ add: [BOB] });
    expect(file()).toContain('to-change:\n  db_password: bob, carol\n');
    said = [];
    await rekey({ format: 'ansible-vault' });
    expect(said).toContain(
      'Still to be changed, which ansible-vault has no note of: db_password (known to bob, carol)',
    );
    expect(said.join('\n')).toContain('Known to alice, bob: if one of them must no longer read');
    said = [];
    await rekey({ format: 'age', add: [ALICE] });
    expect(said.join('\n')).toContain('Known to anyone with the password: if one of them');
  });

  it('moves from a password to recipients and back', async () => {
    await writeSecrets('# why\ndb_password: hunter2\n');
    await rekey({ format: 'age', add: [ALICE] });
    expect(file()).toMatch(/^# Secrets, each encrypted/);
    await rekey({ format: 'ansible-vault-values' });
    expect(file()).toMatch(/^db_password: !vault \|\n {10}\$ANSIBLE_VAULT;1.1;AES256\n/);
  });

  it('encrypts what was not, and says that it is known', async () => {
    write('secrets.yaml', 'db_password: hunter2\n');
    await rekey({ format: 'age', add: [ALICE] });
    expect(file()).not.toContain('hunter2');
    expect(said.join()).toContain('was not encrypted before');
  });

  it.each<[string, RekeyOptions, string]>([
    ['nobody left', { remove: ['alice'] }, 'no recipient would be left'],
    ['a stranger', { remove: ['eve'] }, 'there is no such recipient\n  → there are alice'],
    ['no key', { add: ['ssh-ed25519 AAAA'] }, 'Cannot use the key "ssh-ed25519 AAAA"'],
    ['a private key', { add: [IDENTITY] }, 'Cannot use the key: it is a private key'],
    ['one in small letters', { add: [IDENTITY.toLowerCase()] }, 'Cannot use the key: expected'],
    [
      'a recipient to remove and a password',
      { format: 'ansible-vault', remove: ['alice'] },
      'ansible-vault has a password, and no recipients',
    ],
    ['a damaged key', { add: [`${ALICE.slice(0, 61)}q eve`] }, 'the key is damaged'],
  ])('refuses %s, and leaves the file', async (_what, options, message) => {
    await writeSecrets('db_password: hunter2\n', 'age');
    const before = file();
    await expect(rekey(options)).rejects.toThrow(saying(message));
    await expect(rekey(options)).rejects.toThrow(SecretsError);
    expect(file()).toBe(before);
  });

  it('keeps the mode of the file, and leaves nothing beside it', async () => {
    await writeSecrets('db_password: hunter2\n', 'age');
    await rekey({ add: [BOB] });
    expect(statSync(path('secrets.yaml')).mode & 0o777).toBe(0o644);
    expect(existsSync(path('secrets.yaml.edited'))).toBe(false);
  });
});
