import { describe, expect, it } from 'vitest';
import { checkShell } from '@fairness-deploy/shell/testing';
import { newContent } from '../testing/new-content.js';
import { timer, type TimerSpec } from './timer.js';

const spec: TimerSpec = {
  name: 'shop-backup',
  description: 'Backs up 100% of shop',
  schedule: '*-*-* 03:00',
  command: ['/usr/local/bin/backup', "it's", 'a "b" \\ $HOME 100%', ''],
  user: 'shop',
  spreadSeconds: 600,
  service: { MemoryMax: '512M' },
};

describe('timer()', () => {
  it('has a unit for the command, quoted for systemd, and one for the times', () => {
    const resources = timer(spec);
    expect(resources.map(({ address }) => address)).toEqual([
      'file:/etc/systemd/system/shop-backup.service',
      'file:/etc/systemd/system/shop-backup.timer',
      'service:shop-backup.timer',
    ]);
    expect(newContent(resources, 'file:/etc/systemd/system/shop-backup.service')).toContain(
      `Description=Backs up 100%% of shop

[Service]
Type=oneshot
ExecStart="/usr/local/bin/backup" "it's" "a \\"b\\" \\\\ $$HOME 100%%" ""
TimeoutStartSec=3600
User=shop
MemoryMax=512M
`,
    );
    expect(newContent(resources, 'file:/etc/systemd/system/shop-backup.timer')).toContain(
      `[Timer]
OnCalendar=*-*-* 03:00
Persistent=true
RandomizedDelaySec=600
AccuracySec=1s
`,
    );
  });

  it('is stopped and removed when it is to be absent', async () => {
    const resources = timer({ name: 'shop-backup' }, { ensure: 'absent' });
    expect(resources.map(({ address }) => address)).toEqual([
      'unit:shop-backup.timer',
      'unit:shop-backup.service',
    ]);
    for (const resource of resources) {
      expect(resource.plan('')).toBeUndefined();
      const change = resource.plan('present\n');
      if (!change) throw new Error('it stays');
      const script = change.apply.reveal();
      expect(script.indexOf('disable --now')).toBeLessThan(script.indexOf('rm -f'));
      await checkShell(resource.read);
      await checkShell(change.apply);
    }
    expect(() => timer({ name: '../x' }, { ensure: 'absent' })).toThrow('Cannot name a timer');
  });

  it.each<[Partial<TimerSpec>, string]>([
    [{ name: '../x' }, 'Cannot name a timer "../x"'],
    [{ command: ['backup'] }, 'expected the absolute path of a program'],
    [
      { description: 'a\nExecStart=/bin/sh' },
      'as the description of shop-backup: expected one line',
    ],
    [{ schedule: 'daily\n' }, 'as the schedule of shop-backup: expected one line'],
    [{ user: 'a b' }, 'a b'],
  ])('refuses %j', (change, message) => {
    expect(() => timer({ ...spec, ...change })).toThrow(message);
  });
});
