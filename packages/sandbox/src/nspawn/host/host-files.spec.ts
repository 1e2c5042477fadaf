import { expect, it } from 'vitest';
import { hostFiles, withGateway } from './host-files.js';

it('hostFiles() names the host by its environment', () => {
  expect(hostFiles('web.staging', '10.0.0.1')).toMatchObject({
    'etc/hostname': 'web\n',
    'etc/hosts': [
      '127.0.0.1\tlocalhost',
      '127.0.1.1\tweb.staging web',
      '::1\tlocalhost ip6-localhost ip6-loopback',
      '10.0.0.1\tgateway.sandbox.internal',
      '',
    ].join('\n'),
  });
});

it('withGateway() changes the gateway and nothing else', () => {
  const { 'etc/hosts': before = '' } = hostFiles('web', '10.0.0.1');
  const edited = `${before}10.0.0.1\tdatabase\n`;
  expect(withGateway(edited, '10.9.9.1')).toBe(
    edited.replace('10.0.0.1\tgateway', '10.9.9.1\tgateway'),
  );
});
