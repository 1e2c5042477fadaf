import type { Issue, KeyPath } from '@fairness-deploy/environment-file';
import { namesInsecureKey } from '@fairness-deploy/shell/client';
import type { Environment } from '../inventory/environment.js';
import type { Plugin } from '../plugin/plugin.js';
import { contentOf } from './declarations.js';
import { ABSENT, type FileEntry, type Server } from './server-schema.js';

/** A key that everybody has opens no host, but for VMs on the developer's machine. */
export function insecureKeys(
  { users, files }: Server,
  environment: Environment,
  plugins: readonly Plugin[],
): readonly Issue[] {
  if (plugins.some((plugin) => plugin.insecureKeys === 'allowed')) return [];
  const keys = Object.entries(users).flatMap(([name, user]) =>
    user === ABSENT
      ? []
      : (user.authorizedKeys ?? []).map((text, at) => ({
          path: ['users', name, 'authorizedKeys', at] as KeyPath,
          texts: [text],
        })),
  );
  const contents = Object.entries(files).flatMap(([path, file]) =>
    file === ABSENT
      ? []
      : [
          {
            path: ['files', path, file.template === undefined ? 'content' : 'template'] as KeyPath,
            texts: textsOf(path, file, environment),
          },
        ],
  );
  return [...keys, ...contents]
    .filter(({ texts }) => texts.some(namesInsecureKey))
    .map(({ path }) => ({
      path,
      message: "it has Vagrant's insecure key, which everybody has",
      hint: 'remove it, and authorize a key of your own: ssh-keygen -t ed25519',
    }));
}

/** The content on each host. Secrets in it stay masked: no public key is one. */
function textsOf(path: string, file: FileEntry, environment: Environment): readonly string[] {
  return environment.hosts.flatMap((host) => {
    try {
      return [String(contentOf(path, file, { environment, host }))];
    } catch {
      // The declaration of the file reports it.
      return [];
    }
  });
}
