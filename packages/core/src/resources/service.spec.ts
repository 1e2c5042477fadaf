import { Text } from '@fairness-deploy/shell/secret';
import { describe, expect, it } from 'vitest';
import { sh } from '@fairness-deploy/shell';
import { checkShell, saying } from '@fairness-deploy/shell/testing';
import { service, type LoadedFile } from './service.js';

const DIGEST = 'ab'.repeat(32);
const configuration: LoadedFile = {
  address: 'file:/etc/a b',
  path: '/etc/a b',
  sha256: Text.of(DIGEST),
};
const spec = { unit: 'nginx', enabled: true, running: true, loads: [configuration] };

interface Found {
  readonly active?: string;
  readonly sub?: string;
  readonly enabled?: string;
  readonly files?: string;
  readonly record?: string;
}
const output = ({
  active = 'active',
  sub = 'running',
  enabled = 'enabled',
  files = '17.250000000 /etc/a b\n',
  record = `${DIGEST} 17.250000000 /etc/a b\n`,
}: Found = {}): string =>
  `LoadState=loaded\nActiveState=${active}\nSubState=${sub}\nUnitFileState=${enabled}\nNeedDaemonReload=no\nfiles\n${files}record\n${record}`;
const fields = (found: Found): unknown =>
  service(spec)
    .plan(output(found))
    ?.differences.map(({ field }) => field);

describe('service()', () => {
  it('has nothing to do when it runs and has loaded its files as they are', () => {
    expect(service(spec).plan(output())).toBeUndefined();
  });

  it.each<[string, Found]>([
    ['nothing is recorded', { record: '' }],
    ['other content was loaded', { record: `${'cd'.repeat(32)} 17.250000000 /etc/a b\n` }],
    ['the file was written since', { files: '18.000000000 /etc/a b\n' }],
    ['the file is missing, and so is going to be written', { files: '' }],
    ['the record is torn', { record: DIGEST.slice(3) }],
  ])('has to load its files when %s', (_, found) => {
    expect(fields(found)).toEqual(['outdated']);
  });

  it('has nothing loaded when it does not run', () => {
    expect(fields({ active: 'failed', sub: 'failed', record: '' })).toEqual(['status']);
  });

  it('cannot use what is masked, unless it is not to run', () => {
    const masked = 'LoadState=masked\nActiveState=inactive\nSubState=dead\nUnitFileState=masked\n';
    expect(() => service({ unit: 'cron', running: true }).plan(masked)).toThrow(
      saying(
        'Cannot use cron.service: it is masked, so nothing can start it\n  → systemctl unmask cron.service',
      ),
    );
    expect(service({ unit: 'cron', enabled: false, running: false }).plan(masked)).toBeUndefined();
    const untilReboot = masked.replace(/masked\n$/, 'masked-runtime\n');
    expect(() => service({ unit: 'cron', running: true }).plan(untilReboot)).toThrow(
      saying('systemctl unmask --runtime cron.service'),
    );
  });

  it('uses what is masked where it loads the file that takes the place of the mask', () => {
    const masked =
      'LoadState=masked\nActiveState=inactive\nSubState=dead\nUnitFileState=masked\nfiles\nrecord\n';
    const own = { ...configuration, path: '/etc/systemd/system/shop.service' };
    const plan = service({ unit: 'shop', enabled: true, running: true, loads: [own] }).plan(masked);
    expect(plan?.differences.map(({ field }) => field)).toEqual(['enabled', 'status']);
  });

  it('does not take a service that fails again and again for one that runs', () => {
    expect(
      service(spec).plan(output({ active: 'activating', sub: 'auto-restart' }))?.differences,
    ).toEqual([
      { kind: 'value', field: 'status', from: 'restarting after a failure', to: 'running' },
    ]);
  });

  it.each(['static', 'alias', 'generated', 'indirect', ''])(
    'asks nothing of a unit that is %j',
    (enabled) => {
      expect(fields({ enabled })).toBeUndefined();
    },
  );

  it('is named alike with and without its suffix', () => {
    expect(service({ unit: 'nginx.service' }).address).toBe('service:nginx');
    expect(service({ unit: 'certbot.timer' }).address).toBe('service:certbot.timer');
    expect(() => service({ unit: '-x' })).toThrow(RangeError);
    expect(() => service({ unit: 'a/b' })).toThrow(RangeError);
  });

  it('comes after what it loads, and is not held back by it', () => {
    expect(service(spec).follows).toEqual(['apt:packages', 'file:/etc/a b']);
    expect(service(spec).after).toEqual([]);
  });

  it('reads as a script that can be read', () => {
    expect(String(service({ ...spec, action: 'reload', check: sh`nginx -t` }).plan('')?.apply))
      .toMatchInlineSnapshot(`
        "case $(systemctl show -p LoadState,NeedDaemonReload -- nginx.service) in
          *not-found* | *=yes*) systemctl daemon-reload ;;
        esac
        systemctl enable --quiet -- nginx.service
        fd_record=/var/lib/fairness-deploy/loaded/nginx.service
        fd_action=reload
        if systemctl is-active --quiet -- nginx.service; then
          :
        else
          fd_action=start
        # If it waits for a restart after a failure, 'start' would wait as well.
        case $(systemctl show -p SubState -- nginx.service) in *auto-restart*) systemctl stop -- nginx.service ;; esac
        fi
        umask 077
        mkdir -p /var/lib/fairness-deploy/loaded
        # Before they are loaded: a change in between then counts as not loaded.
        : >"$fd_record.new"
        fd_note() {
          [ -f "$1" ] || return 0
          fd_digest=$(sha256sum <"$1")
          fd_line="\${fd_digest%% *} $(stat -c %.9Y -- "$1") $1"
          printf '%s\\n' "$fd_line" >>"$fd_record.new"
          case $fd_action:$1 in
            reload:*/systemd/*) grep -qsxF -e "$fd_line" -- "$fd_record" || fd_action=restart ;;
          esac
        }
        fd_note '/etc/a b'
        # The running unit has loaded these very files: only something else had to change.
        if [ "$fd_action" != start ] && cmp -s -- "$fd_record.new" "$fd_record"; then
          rm -f -- "$fd_record.new"
          exit 0
        fi
        ( nginx -t )
        systemctl reset-failed -- nginx.service 2>/dev/null || :
        # systemd reports the start of a simple service, not whether it lives (systemd.service(5)).
        if ! systemctl "$fd_action" -- nginx.service || ! sleep 0.5 || ! systemctl is-active --quiet -- nginx.service; then
          # Its last output may not have been written yet.
          journalctl --sync 2>/dev/null || :
          journalctl -q --no-pager -n 20 -u nginx.service >&2 || :
          { printf '%s\\n' 'Cannot make nginx.service run with its configuration; its last messages are above' >&2; exit 1; }
        fi
        mv -f -- "$fd_record.new" "$fd_record""
      `);
  });

  it('makes scripts that shellcheck has nothing to say of', async () => {
    for (const one of [
      service(spec),
      service({ ...spec, action: 'reload', check: sh`nginx -t` }),
      service({ unit: 'x', running: false, enabled: false }),
      service({ unit: 'x', loads: [configuration] }),
    ]) {
      await checkShell(one.read);
      await checkShell(one.plan('')?.apply ?? sh`false`);
    }
  });
});

describe('services of two sections', () => {
  const other: LoadedFile = { ...configuration, address: 'file:/etc/b', path: '/etc/b' };
  const daemon = service({ unit: 'nginx', enabled: true, running: true }, { follows: ['a:b'] });

  it('are one, which loads the files of both', () => {
    const own = service({ ...spec, action: 'reload' });
    const merged = daemon.merge?.(own);
    expect(merged?.equals(own)).toBe(true);
    expect(own.merge?.(daemon).equals(own)).toBe(true);
    expect(merged?.follows).toContain('a:b');
    const both = service({ ...spec, action: 'reload', loads: [configuration, other] });
    expect(own.merge?.(service({ ...spec, action: 'reload', loads: [other] })).equals(both)).toBe(
      true,
    );
  });

  it('must not contradict each other', () => {
    expect(() => daemon.merge?.(service({ unit: 'nginx', running: false }))).toThrow(
      'one section wants "running: true", another "running: false"',
    );
  });
});
