import { spawnSync } from 'node:child_process';
import { sh } from '@fairness-deploy/shell';
import { expect, it } from 'vitest';
import { NO_IPV6_HINT, refuseNoIpv6 } from './no-ipv6.js';

it.each([
  ['on Debian', '(97: Address family not supported by protocol)', 1],
  ['on Ubuntu 22.04', '(97: Unknown error)', 1],
  ['of another error', '(98: Address already in use)', 0],
])('refuseNoIpv6() knows the message of nginx %s', (_, reason, status) => {
  const message = `nginx: [emerg] socket() [::]:80 failed ${reason}`;
  const script = sh`
    fd_said=$(mktemp)
    trap 'rm "$fd_said"' EXIT
    printf '%s\n' ${message} >"$fd_said"
    (${refuseNoIpv6(sh`"$fd_said"`)})`;
  const ended = spawnSync('dash', ['-eu', '-c', script.reveal()], { encoding: 'utf8' });
  expect(ended.status).toBe(status);
  expect(ended.stderr.includes(NO_IPV6_HINT)).toBe(status === 1);
});
