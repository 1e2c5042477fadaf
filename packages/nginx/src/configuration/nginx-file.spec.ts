import { describe, expect, it } from 'vitest';
import { nginxFile } from './nginx-file.js';

const resource = nginxFile({ path: 'conf.d/a.conf', configuration: 'a\n' });
const DIGEST = '87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7';

describe('nginxFile()', () => {
  it('leaves a file alone that is as it should be and was loaded', () => {
    expect(resource.plan(`loaded\n81a4:0:root:0:root:2\n${DIGEST}\n`)).toBeUndefined();
  });

  it('has a file loaded that an interrupted run has put in place', () => {
    expect(resource.plan(`pending\n81a4:0:root:0:root:2\n${DIGEST}\n`)).toMatchObject({
      action: 'update',
      differences: [{ field: 'loaded', from: 'false', to: 'true' }],
    });
  });

  it('finishes a removal that was interrupted', () => {
    const absent = nginxFile({ path: 'conf.d/a.conf' }, { ensure: 'absent' });
    expect(absent.plan('pending\n')).toMatchObject({ action: 'remove' });
    expect(absent.plan('')).toBeUndefined();
  });

  it.each(['/etc/nginx/a', '../a', 'a/../b', 'conf.d/.a', 'a b', ''])(
    'refuses the path %j',
    (path) => {
      expect(() => nginxFile({ path, configuration: '' })).toThrow(RangeError);
    },
  );
});
