import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HintedError } from '@fairness-deploy/shell/text';
import { openText, sealText, type Keys } from '@fairness-deploy/secrets';

/** Made-up values for the demo: nobody has to ask for them, and no two clones have the same. */
const SECRETS = {
  file_encryption_key: () => 'not used any more',
  calendar_secret: () => randomBytes(32).toString('base64'),
  db_host: () => '127.0.0.1',
  db_port: () => '5432',
  db_username: () => 'demo',
  db_password: () => randomBytes(18).toString('base64url'),
  db_name: () => 'demo',
};

/** A vault id's label that marks made-up secrets. */
const LABEL = 'made-up';
const MARK = `$ANSIBLE_VAULT;1.2;AES256;${LABEL}\n`;

/**
 * Writes an environment's encrypted secrets unless they exist, and the password that opens them;
 * git ignores both. Made-up secrets that can't be opened, such as after the password was removed,
 * are replaced; those of another person are left alone.
 *
 * @param folder a workspace
 * @throws HintedError when another person's secrets have no password.
 */
export async function makeSecrets(folder: string, environment: string): Promise<void> {
  const passwordFile = join(folder, 'environments', 'vault-password');
  const file = join(folder, 'environments', environment, 'secrets.yaml');
  const before = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  if (before !== undefined && !before.startsWith(MARK)) {
    if (existsSync(passwordFile)) return;
    throw new HintedError(
      `Cannot make up secrets: ${file} is there, and ${passwordFile}, which may open it, is not`,
      { hint: `write the password there; if nobody has it, rm ${file}` },
    );
  }
  if (!existsSync(passwordFile)) {
    replace(passwordFile, `${randomBytes(24).toString('base64url')}\n`, 0o600);
  }
  const password = { bytes: Buffer.from(readFileSync(passwordFile, 'utf8').trim()), from: 'here' };
  const keys: Keys = {
    password: () => Promise.resolve(password),
    identities: () => Promise.resolve({ keys: [], from: [] }),
  };
  const opens =
    before !== undefined &&
    (await openText(before, keys).then(
      () => true,
      () => false,
    ));
  if (opens) return;
  const plain = Object.entries(SECRETS).map(([name, value]) => `${name}: '${value()}'\n`);
  replace(
    file,
    await sealText(plain.join(''), { format: 'ansible-vault', password, label: LABEL }),
  );
}

/** A reader sees all of it or nothing. */
function replace(path: string, text: string, mode = 0o644): void {
  const beside = `${path}.${String(process.pid)}`;
  writeFileSync(beside, text, { mode });
  renameSync(beside, path);
}
