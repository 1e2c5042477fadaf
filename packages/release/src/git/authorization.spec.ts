import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { describe, expect, it, onTestFinished } from 'vitest';
import { authorizationEnvironment, authorizationFor } from './authorization.js';
import { git } from './git.js';

const SCHEME = 'https';

/** What a server gets of a client that asks it for its branches: one line for each request. */
async function sentTo(path: string, credentials: Text | undefined): Promise<readonly string[]> {
  const sent: string[] = [];
  const server = createServer(({ headers }, response) => {
    const [kind = '', encoded = ''] = (headers.authorization ?? '').split(' ');
    sent.push(`${kind} ${Buffer.from(encoded, 'base64').toString()}`.trim());
    response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  // Sound: it listens on a port.
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}${path}`;
  const authorization = authorizationFor({
    ...{ scheme: SCHEME, url },
    ...(credentials && { credentials }),
  });
  const options = [...authorization.options, 'ls-remote', '--', url];
  await git(options, { folder: '/', env: authorizationEnvironment(authorization) });
  return sent;
}

describe('authorizationFor()', () => {
  it.each(['p', 'p@ss/word', 'with:colons:', 'quotes \' and " and $HOME `id` \\n %s'])(
    'sends the password %j once the server asks',
    async (password) => {
      const credentials = Text.of('bot:', new Secret('token', password));
      expect(await sentTo('/x.git', credentials)).toEqual(['', `Basic bot:${password}`]);
      expect(await sentTo('/a=b/x.git', credentials)).toEqual(['', `Basic bot:${password}`]);
    },
  );

  it('sends nothing without credentials', async () => {
    expect(await sentTo('/x.git', undefined)).toEqual(['']);
  });

  it('has the credentials in variables only', () => {
    const credentials = Text.of('bot:', new Secret('token', 'hunter2'));
    const { options, variables } = authorizationFor({
      ...{ scheme: SCHEME, url: 'https://h/x.git', credentials },
    });
    expect(options.join(' ')).not.toMatch(/bot|hunter2/);
    expect(String(variables)).not.toContain('hunter2');
    expect(authorizationEnvironment({ options, variables })).toEqual({
      FD_GIT_USER: 'bot',
      FD_GIT_PASSWORD: 'hunter2',
    });
  });

  it.each([
    ['https://h/x.git', 'https://h/x.git'],
    ['https://h/a=b/x.git', 'https://h/'],
    ['https://h/a/x.git?b=c', 'https://h/a/'],
  ])('is for %s alone', (url, scope) => {
    const { options } = authorizationFor({ scheme: SCHEME, url, credentials: Text.of('a:b') });
    expect(options).toContain(`http.${scope}.followRedirects=false`);
    expect(options.join('\n')).toContain(`credential.${scope}.helper=!`);
  });
});
