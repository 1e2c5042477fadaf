import { judgedBy, type Check, type Finding } from '@fairness-deploy/core';
import { sh } from '@fairness-deploy/shell';
import { crontabOf, RENEWAL } from '../host/other-renewals.js';
import { LETSENCRYPT } from '../section/lineages.js';

const NAME = 'renewal';
const START = 'start the renewals';

/**
 * Debian's timer, and how its last run ended.
 *
 * @param own the names of the environment's certificates
 */
export function renewalCheck(own: readonly string[]): Check {
  return {
    name: NAME,
    layer: 'upkeep',
    read: READ,
    ...judgedBy(judgeRenewal, own),
    repairs: { [START]: sh`systemctl enable --now certbot.timer` },
  };
}

const READ = sh`
    export TZ=UTC
    systemctl show -p LoadState,ActiveState,NextElapseUSecRealtime certbot.timer
    systemctl show -p Result,ExecMainStatus,ExecMainExitTimestamp certbot.service
    # Debian's own skips itself under systemd.
    find -L /etc/cron.d /etc/cron.hourly /etc/cron.daily /etc/cron.weekly /etc/cron.monthly \
      -type f ! -path /etc/cron.d/certbot -exec grep -lE -e ${RENEWAL} -- {} + 2>/dev/null |
      sed 's/^/also /' || :
    ${crontabOf({ user: 'root' })} | grep -E -e ${RENEWAL} | sed 's/^/also the crontab of root: /' || :
    for fd_file in ${LETSENCRYPT}/renewal/*.conf; do
      [ ! -f "$fd_file" ] || printf 'lineage %s\n' "$(basename -- "$fd_file" .conf)"
    done`;

/** Judges the properties of both units (org.freedesktop.systemd1(5)). Pure. */
export function judgeRenewal(output: string, own: readonly string[]): Finding {
  const field = (name: string): string =>
    new RegExp(`^${name}=(.*)$`, 'm').exec(output)?.[1]?.trim() ?? '';
  const timer = field('ActiveState');
  const status = Number(field('ExecMainStatus'));
  const at = timeOf(field('ExecMainExitTimestamp'));
  const next = timeOf(field('NextElapseUSecRealtime'));
  const result = field('Result');
  // Without a time when it could not even begin.
  const last =
    at === undefined && ['', 'success'].includes(result) ? undefined : { at, result, status };
  const about = {
    name: NAME,
    data: { timer, ...(next !== undefined && { next }), ...(last && { last }) },
  };
  if (field('LoadState') !== 'loaded' || timer !== 'active') {
    const text = 'certbot.timer does not run: nothing renews the certificates';
    return { ...about, level: 'fail', text, hint: 'provision', repair: START };
  }
  if (last && last.result !== 'success') {
    const text = `the last run failed ${at === undefined ? 'before it began' : `at ${at}, with status ${String(status)}`}`;
    return { ...about, level: 'warn', text, hint: hintFor(output, own) };
  }
  const when = next === undefined ? '' : `, next at ${next}`;
  const others = [...output.matchAll(/^also (.*)$/gm)].map(([, path = '']) => path);
  if (others.length > 0) {
    const text = `besides certbot.timer, the certificates are renewed by ${others.join(', ')}`;
    const hint = 'remove what runs certbot renew there: one way to renew shows when it fails';
    return { ...about, level: 'warn', text, hint };
  }
  const text = last
    ? `the last run succeeded at ${last.at ?? 'an unknown time'}${when}`
    : `the timer runs${when}`;
  return { ...about, level: 'ok', text };
}

/** Certbot tries to renew all certificates of the host, also those that nobody needs any more. */
function hintFor(output: string, own: readonly string[]): string {
  const others = [...output.matchAll(/^lineage (.*)$/gm)]
    .map(([, name = '']) => name)
    .filter((name) => !own.includes(name));
  const see = 'logs --source renewals, and certbot-renew --dry-run';
  if (others.length === 0) return see;
  return `${see}. It also renews ${others.join(', ')}, not of this environment: if nobody needs them, certbot delete --cert-name … on the host`;
}

/** ISO 8601, of `Mon 2026-11-30 09:50:25 UTC`; undefined for a time that never was. */
function timeOf(text: string): string | undefined {
  const [, day = '', time = ''] = /(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC$/.exec(text) ?? [];
  return day === '' ? undefined : `${day}T${time}Z`;
}
