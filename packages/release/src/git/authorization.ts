import type { Text } from '@fairness-deploy/shell/secret';
import type { RepositoryUrl } from '../section/repository-url.js';

/**
 * Git's configuration with the credentials for a URL, as variables: a command line would show them
 * to every user (git-config(1), GIT_CONFIG_COUNT).
 */
export function authorizationVariables({
  url,
  credentials,
}: RepositoryUrl): readonly (readonly [string, string | Text])[] {
  if (!credentials) return [];
  const encoded = credentials.mapWhole((text) => Buffer.from(text).toString('base64'));
  return [
    ['GIT_CONFIG_COUNT', '2'],
    ['GIT_CONFIG_KEY_0', `http.${url}.extraHeader`],
    ['GIT_CONFIG_VALUE_0', encoded.mapWhole((text) => `Authorization: Basic ${text}`)],
    // git would send the header to any host that a redirect leads to. For this URL, as the user may
    // have such a setting for it.
    ['GIT_CONFIG_KEY_1', `http.${url}.followRedirects`],
    ['GIT_CONFIG_VALUE_1', 'false'],
  ];
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

/** The same for a git that runs on the client. */
export function authorization(url: RepositoryUrl): Readonly<Record<string, string>> {
  return Object.fromEntries(
    authorizationVariables(url).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : value.reveal(),
    ]),
  );
}
