import type { Issue, KeyPath } from '@fairness-deploy/environment-file';
import { namesInsecureKey } from '@fairness-deploy/shell/client';
import type { Plugin } from '../plugin/plugin.js';
import { ABSENT, type Server } from './server-schema.js';

/** A key that everybody has opens no host, but for VMs on the developer's machine. */
export function insecureKeys(
  { users, files }: Server,
  plugins: readonly Plugin[],
): readonly Issue[] {
  if (plugins.some((plugin) => plugin.insecureKeys === 'allowed')) return [];
  const keys = Object.entries(users).flatMap(([name, user]) =>
    user === ABSENT
      ? []
      : (user.authorizedKeys ?? []).map((text, at) => ({
          path: ['users', name, 'authorizedKeys', at] as KeyPath,
          text,
        })),
  );
  // Secrets in it stay masked: no public key is one.
  const contents = Object.entries(files).flatMap(([path, file]) =>
    file === ABSENT || file.content === undefined
      ? []
      : [{ path: ['files', path, 'content'] as KeyPath, text: String(file.content) }],
  );
  return [...keys, ...contents]
    .filter(({ text }) => namesInsecureKey(text))
    .map(({ path }) => ({
      path,
      message: "it has Vagrant's insecure key, which everybody has",
      hint: 'remove it, and authorize a key of your own: ssh-keygen -t ed25519',
    }));
}
