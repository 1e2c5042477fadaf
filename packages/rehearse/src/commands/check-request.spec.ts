import { tmpdir } from 'node:os';
import { exampleEnvironment } from '@fairness-deploy/core/testing';
import { definePlugin, z, type UnopenedEnvironment } from '@fairness-deploy/core';
import { expect, it } from 'vitest';
import { dumpOf, refuseWithoutSecrets } from './check-request.js';

const plugin = definePlugin({
  ...{ section: 'release', schema: z.unknown() },
  rehearsal: { needsSecrets: () => ['git_token'] },
});

function unopened(sections: object): UnopenedEnvironment {
  const environment = exampleEnvironment({ name: 'prod', sections: { release: {}, ...sections } });
  // Sound: nothing else is read.
  return { environment, plugins: [plugin] } as unknown as UnopenedEnvironment;
}

it('refuseWithoutSecrets() names the secret for which no stand-in works, and the option', () => {
  expect(() => {
    refuseWithoutSecrets(unopened({}));
  }).toThrow(
    expect.objectContaining({
      message:
        'Cannot rehearse prod with stand-ins for its secrets: the section "release" needs the real git_token',
      hint: 'npx nx run prod:rehearse --with-secrets',
    }),
  );
});

it('refuseWithoutSecrets() takes what the section rehearse says', () => {
  refuseWithoutSecrets(unopened({ rehearse: { secrets: { git_token: 'public' } } }));
});

it.each([
  ['none.dump', 'there is no such file'],
  ['.', 'it is no file'],
])('dumpOf() refuses %s', (dump, why) => {
  expect(() => dumpOf({ dump }, tmpdir())).toThrow(`Cannot rehearse with the dump ${dump}: ${why}`);
});
