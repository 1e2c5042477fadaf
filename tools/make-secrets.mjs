import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WORKSPACE } from './install.mjs';

/** What Permacoop needs, made up: nobody has to ask for them, and no two clones have the same. */
const SECRETS = {
  file_encryption_key: () => 'not used any more',
  calendar_secret: () => randomBytes(32).toString('base64'),
  db_host: () => '127.0.0.1',
  db_port: () => '5432',
  db_username: () => 'permacoop',
  db_password: () => randomBytes(18).toString('base64url'),
  db_name: () => 'permacoop',
};

/** A vault id's label, by which what was made up here is known. */
const LABEL = 'made-up';
const PROGRAM = fileURLToPath(import.meta.url);
const MARK = `$ANSIBLE_VAULT;1.2;AES256;${LABEL}\n`;

/**
 * Writes an environment's encrypted secrets unless they are there, and the password that
 * opens them; git ignores both. What was made up here and can't be opened, such as after the
 * password was removed, is made anew; what somebody else made is left alone.
 *
 * @param folder a workspace; its packages are built.
 * @throws Error when there are secrets of somebody else's without a password.
 */
export function makeSecrets(folder, environment) {
  // A process of its own: what it needs is built only now, and says later that it is done.
  const { status, stderr } = spawnSync(process.execPath, [PROGRAM, folder, environment], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr.trim());
}

async function main(folder, environment) {
  const passwordFile = join(folder, 'environments', 'vault-password');
  const file = join(folder, 'environments', environment, 'secrets.yaml');
  const { openText, sealText } = createRequire(import.meta.url)(
    join(WORKSPACE, 'packages', 'secrets', 'dist', 'index.js'),
  );
  const before = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  if (before !== undefined && !before.startsWith(MARK)) {
    if (existsSync(passwordFile)) return;
    throw new Error(
      `Cannot make up secrets: ${file} is there, and ${passwordFile}, which may open it, is not\n  → write the password there; if nobody has it, rm ${file}`,
    );
  }
  if (!existsSync(passwordFile)) {
    replace(passwordFile, `${randomBytes(24).toString('base64url')}\n`, 0o600);
  }
  const password = { bytes: Buffer.from(readFileSync(passwordFile, 'utf8').trim()), from: 'here' };
  const keys = { password: async () => password, identities: async () => ({ keys: [], from: [] }) };
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
function replace(path, text, mode = 0o644) {
  const beside = `${path}.${process.pid}`;
  writeFileSync(beside, text, { mode });
  renameSync(beside, path);
}

if (process.argv[1] === PROGRAM) {
  const [folder, environment] = process.argv.slice(2);
  await main(folder, environment).catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
