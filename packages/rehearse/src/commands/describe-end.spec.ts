import { expect, it } from 'vitest';
import { curlFor, describeEnd, eventOf } from './describe-end.js';

const end = {
  ...{ environment: 'prod', success: true, isKept: true, root: '/state/ca.pem' },
  hosts: [{ name: 'web', login: 'debian@10.1.0.2' }],
  answering: [{ url: 'https://shop.test/', address: '10.1.0.2' }],
  leftOut: ['the real DNS', "the hook on this machine after confirm: purge\n  'all'"],
};

it.each([
  ['http://10.1.0.2/', 'curl http://10.1.0.2/'],
  ['http://shop.test/', 'curl --resolve shop.test:80:10.1.0.2 http://shop.test/'],
  [
    'https://shop.test:8443/',
    'curl --resolve shop.test:8443:10.1.0.2 --cacert /state/ca.pem https://shop.test:8443/',
  ],
])('curlFor() of %s is a command to paste', (url, command) => {
  expect(curlFor({ url, address: '10.1.0.2' }, '/state/ca.pem')).toBe(command);
});

it('curlFor() quotes what a shell would not read as it is', () => {
  const at = { url: 'https://shop.test/', address: '10.1.0.2' };
  expect(curlFor(at, "/home/o'neil/my state/ca.pem")).toContain(
    `--cacert '/home/o'\\''neil/my state/ca.pem' https`,
  );
});

it('describeEnd() says what was not rehearsed, and where the kept hosts are', () => {
  expect(describeEnd(end)).toBe(
    [
      'Not rehearsed:',
      '  - the real DNS',
      "  - the hook on this machine after confirm: purge 'all'",
      'The hosts stay:',
      '  web  debian@10.1.0.2',
      'See it:',
      '  curl --resolve shop.test:443:10.1.0.2 --cacert /state/ca.pem https://shop.test/',
      'Remove them: npx nx run prod:rehearse --remove',
      'The rehearsal has passed',
    ].join('\n'),
  );
  expect(describeEnd({ ...end, isKept: false, leftOut: [] })).toBe(
    'The rehearsal has passed; its hosts are removed',
  );
});

it('describeEnd() shows no site after a failure: it may not answer', () => {
  const text = describeEnd({ ...end, success: false });
  expect(text).toContain('web  debian@10.1.0.2\nRemove them:');
  expect(text).toMatch(/\nThe rehearsal has failed$/);
});

it('eventOf() says the same to machines', () => {
  expect(eventOf(end)).toMatchObject({
    ...{ type: 'rehearsal', success: true, isKept: true, notRehearsed: end.leftOut },
    answering: [{ curl: expect.stringContaining('--resolve') as string }],
  });
});
