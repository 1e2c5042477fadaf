import type { Text } from '@fairness-deploy/shell/secret';
import type { RepositoryUrl } from '../section/repository-url.js';

/** How git gets the credentials for a URL: by both together. */
export interface Authorization {
  /** For git's command line, in front of its command; without the credentials. */
  readonly options: readonly string[];
  /** The credentials: a command line would show them to every user. */
  readonly variables: readonly (readonly [string, Text])[];
}

const USER = 'FD_GIT_USER';
const PASSWORD = 'FD_GIT_PASSWORD';

/** A helper of gitcredentials(7). git runs it as a shell's, with the action as its last word. */
const HELPER = `!f() { if [ "$1" = get ]; then printf 'username=%s\\npassword=%s\\n' "$${USER}" "$${PASSWORD}"; fi; }; f`;

/**
 * Git's options and variables with the credentials for a URL; nothing when it has none. All versions of
 * git that hosts have know them: Debian 11's git 2.30 has neither GIT_CONFIG_COUNT nor --config-env, which
 * came with 2.31, and a file with the credentials could be left behind by a killed git.
 */
export function authorizationFor({ url, credentials }: RepositoryUrl): Authorization {
  if (!credentials) return { options: [], variables: [] };
  const scope = scopeOf(url);
  return {
    options: [
      // No other helper is asked, and none is told the password.
      ...setting('credential.helper', ''),
      ...setting(`credential.${scope}.helper`, HELPER),
      // git would ask the helper for any host that a redirect leads to. For this URL, as the user may
      // have such a setting for it.
      ...setting(`http.${scope}.followRedirects`, 'false'),
    ],
    variables: [
      [USER, credentials.mapWhole((text) => text.slice(0, colonOf(text)))],
      [PASSWORD, credentials.mapWhole((text) => text.slice(colonOf(text) + 1))],
    ],
  };
}

/**
 * The hint when a server redirects and git has credentials for it: git itself says only a status
 * 30x.
 */
export function redirectHint({ url, credentials }: RepositoryUrl): string | undefined {
  if (!credentials) return undefined;
  const [host] = /(?<=^https:\/\/)[^/]+/.exec(url) ?? [url];
  return `a password is sent to ${host} only; see where the server redirects to, and name that URL instead if you trust it: curl --head '${url}/info/refs?service=git-upload-pack'`;
}

/** The variables for a git that runs on the client. */
export function authorizationEnvironment({
  variables,
}: Authorization): Readonly<Record<string, string>> {
  return Object.fromEntries(variables.map(([name, value]) => [name, value.reveal()]));
}

function setting(key: string, value: string): readonly string[] {
  return ['-c', `${key}=${value}`];
}

/** `git -c` takes the key up to the first `=`: of a URL that has one, the folders before it. */
function scopeOf(url: string): string {
  const [before = '', ...others] = url.split('=');
  return others.length === 0 ? url : before.slice(0, before.lastIndexOf('/') + 1);
}

/** RFC 7617: the user has no colon, the password may have some. */
function colonOf(credentials: string): number {
  return credentials.indexOf(':');
}
