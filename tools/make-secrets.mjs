import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WORKSPACE } from './install.mjs';

const PROGRAM = join(WORKSPACE, 'packages', 'secrets', 'bin', 'fairness-secrets.js');

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

/**
 * Writes an environment's encrypted secrets unless they are there, and the password that
 * opens them; git ignores both.
 *
 * @param folder a workspace.
 */
export function makeSecrets(folder, environment) {
  const password = join(folder, 'environments', 'vault-password');
  const file = join(folder, 'environments', environment, 'secrets.yaml');
  if (!existsSync(password)) {
    writeFileSync(password, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
    // Nothing opens them any more.
    rmSync(file, { force: true });
  }
  if (existsSync(file)) return;
  for (const [name, value] of Object.entries(SECRETS)) {
    execFileSync(process.execPath, [PROGRAM, 'set', environment, name], {
      cwd: folder,
      input: value(),
      stdio: ['pipe', 'ignore', 'inherit'],
    });
  }
}
