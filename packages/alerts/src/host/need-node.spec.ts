import { checkShell } from '@fairness-deploy/shell/testing';
import { describe, expect, it } from 'vitest';
import { needNode } from './need-node.js';

describe('needNode()', () => {
  it.each([
    'v18.19.0\n',
    '18.20.4+dfsg-1~deb12u1\n',
    'v24.0.1\n',
    '20.19.2+dfsg-1\n',
    '(none)\n',
    '',
  ])('takes %j', (output) => {
    expect(needNode().plan(output)).toBeUndefined();
  });

  it.each([
    ['12.22.12', '12.22.12~dfsg-1~deb11u4\n'],
    ['16.20.2', 'v16.20.2\n'],
  ])('refuses %s', (version, output) => {
    expect(() => needNode().plan(output)).toThrow(
      `Cannot set up alerts: the host's packages have Node.js ${version}, and alerts need 18 or newer`,
    );
  });

  it('reads by a script without fault', async () => {
    await checkShell(needNode().read);
  });
});
