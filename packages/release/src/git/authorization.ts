import type { Text } from '@fairness-deploy/secrets';
import type { RepositoryUrl } from '../repository-url.js';

/**
 * Git's configuration that makes it authorize itself at a URL, as environment variables: a
 * command line would show it to every user (git-config(1), GIT_CONFIG_COUNT).
 */
export function authorizationVariables({
  url,
  credentials,
}: RepositoryUrl): readonly (readonly [string, string | Text])[] {
  if (!credentials) return [];
  const encoded = credentials.mapWhole((text) => Buffer.from(text).toString('base64'));
  return [
    ['GIT_CONFIG_COUNT', '1'],
    // Of this URL alone: a redirect to another host must not carry it along.
    ['GIT_CONFIG_KEY_0', `http.${url}.extraHeader`],
    ['GIT_CONFIG_VALUE_0', encoded.mapWhole((text) => `Authorization: Basic ${text}`)],
  ];
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
