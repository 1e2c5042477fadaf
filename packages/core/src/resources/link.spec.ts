import { describe, expect, it } from 'vitest';
import { enterFolder, sh } from '@fairness-deploy/shell';
import { checkShell, saying } from '@fairness-deploy/shell/testing';
import { link } from './link.js';
import { MAKE_FOLDER } from '../resource-parts/path.js';

describe('link()', () => {
  it('is put in place by a rename', () => {
    const failure = 'Cannot make the link /srv/app/current';
    const enter = enterFolder('/srv/app', { failure, missing: MAKE_FOLDER });
    const { apply } = link({ path: '/srv/app/current', target: 'releases/2' }).plan('') ?? {};
    expect(String(apply).replace(String(enter), '(enter /srv/app)')).toMatchInlineSnapshot(`
      "(enter /srv/app)
      if [ -e ./current ] && [ ! -L ./current ]; then
        { printf '%s\\n' 'Cannot make the link /srv/app/current: what is there is a file or folder' '  → move it away' >&2; exit 1; }
      fi
      rm -f -- ./.current.fd-new
      # An interrupted 'ln -sf' would leave no link. Without -T it would be made in a folder that another
      # user has put there.
      ln -sT -- releases/2 ./.current.fd-new
      mv -fT -- ./.current.fd-new ./current"
    `);
  });

  it('shows where it leads and where it should', () => {
    const resource = link({ path: '/srv/current', target: 'b' });
    expect(resource.plan('link a\nb')?.differences).toMatchObject([
      { kind: 'text', field: 'target' },
    ]);
    expect(resource.plan('link a')?.differences).toEqual([
      { kind: 'value', field: 'target', from: 'a', to: 'b' },
    ]);
    expect(resource.plan('link b')).toBeUndefined();
  });

  it('takes the place of links alone', () => {
    expect(() => link({ path: '/srv/current', target: 'b' }).plan('other')).toThrow(
      saying('Cannot manage /srv/current as a link: it is a file or folder\n  → move it away'),
    );
  });

  it('refuses targets that are none', () => {
    expect(() => link({ path: '/a', target: '' })).toThrow(RangeError);
    expect(() => link({ path: '/a', target: 'b\nc' })).toThrow(RangeError);
  });

  it('makes scripts that shellcheck has nothing to say of', async () => {
    const resource = link({ path: '/srv/a b', target: '-x' });
    await checkShell(resource.read);
    await checkShell(resource.plan('')?.apply ?? sh`false`);
  });
});
