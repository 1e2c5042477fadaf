import type { Check, Finding } from '@fairness-deploy/core';
import { sh } from '@fairness-deploy/shell';
import { RENEWAL } from '../host/other-renewals.js';

const NAME = 'renewal';

/** Debian's timer, and how its last run ended. */
export const renewalCheck: Check = {
  name: NAME,
  read: sh`
    export TZ=UTC
    systemctl show -p LoadState,ActiveState,NextElapseUSecRealtime certbot.timer
    systemctl show -p Result,ExecMainStatus,ExecMainExitTimestamp certbot.service
    # Debian's own skips itself under systemd.
    find -L /etc/cron.d /etc/cron.hourly /etc/cron.daily /etc/cron.weekly /etc/cron.monthly \
      -type f ! -path /etc/cron.d/certbot -exec grep -lE -e ${RENEWAL} -- {} + 2>/dev/null |
      sed 's/^/also /' || :`,
  judge: (output) => [judgeRenewal(output)],
};

/** Judges the properties of both units (org.freedesktop.systemd1(5)). Pure. */
export function judgeRenewal(output: string): Finding {
  const field = (name: string): string =>
    new RegExp(`^${name}=(.*)$`, 'm').exec(output)?.[1]?.trim() ?? '';
  const timer = field('ActiveState');
  const status = Number(field('ExecMainStatus'));
  const at = timeOf(field('ExecMainExitTimestamp'));
  const next = timeOf(field('NextElapseUSecRealtime'));
  const last = at === undefined ? undefined : { at, result: field('Result'), status };
  const about = {
    name: NAME,
    data: { timer, ...(next !== undefined && { next }), ...(last && { last }) },
  };
  if (field('LoadState') !== 'loaded' || timer !== 'active') {
    const text = 'certbot.timer does not run: nothing renews the certificates';
    return { ...about, level: 'fail', text, hint: 'provision' };
  }
  if (last && last.result !== 'success') {
    const text = `the last run failed at ${last.at}, with status ${String(status)}`;
    const hint = 'see: journalctl -u certbot, and certbot-renew --dry-run';
    return { ...about, level: 'warn', text, hint };
  }
  const when = next === undefined ? '' : `, next at ${next}`;
  const others = [...output.matchAll(/^also (.*)$/gm)].map(([, path = '']) => path);
  if (others.length > 0) {
    const text = `besides certbot.timer, the certificates are renewed by ${others.join(', ')}`;
    const hint = 'remove what runs certbot renew there: one way to renew shows when it fails';
    return { ...about, level: 'warn', text, hint };
  }
  const text = last ? `the last run succeeded at ${last.at}${when}` : `the timer runs${when}`;
  return { ...about, level: 'ok', text };
}

/** ISO 8601, of `Mon 2026-11-30 09:50:25 UTC`; undefined for a time that never was. */
function timeOf(text: string): string | undefined {
  const [, day = '', time = ''] = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC$/.exec(text) ?? [];
  return day === '' ? undefined : `${day}T${time}Z`;
}
