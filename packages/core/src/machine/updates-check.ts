import { sh } from '@fairness-deploy/shell';
import { judgedBy, type Check, type Finding } from '../plugin/check.js';

/** Package lists that are older say too little. */
const OLD_DAYS = 14;

/** How many packages are named. */
const NAMED = 5;

/**
 * Security updates that wait, and whether a restart does. apt simulates the upgrade: as nobody, who can read
 * its caches, which saves half of the time, and write none of them.
 */
export const updatesCheck: Check = {
  name: 'updates',
  layer: 'upkeep',
  seconds: 20,
  read: sh`
    command -v apt-get >/dev/null || exit 0
    fd_now=$(date +%s)
    fd_lists=$(stat -c %Y /var/lib/apt/lists/*InRelease /var/lib/apt/lists/partial 2>/dev/null | sort -n | tail -n 1)
    printf 'age %s\n' "$((fd_now - \${fd_lists:-0}))"
    setpriv --reuid nobody --regid nogroup --clear-groups -- apt-get -qq -s -o Debug::NoLocking=1 upgrade </dev/null 2>/dev/null |
      grep -E '^Inst .*(-[Ss]ecurity|Debian-Security)' | sed 's/^Inst \([^ ]*\) .*/package \1/' || :
    [ ! -e /run/reboot-required ] && [ ! -e /var/run/reboot-required ] || echo reboot
    printf 'kernel %s\n' "$(uname -r)"
    find /boot -maxdepth 1 -name 'vmlinuz-*' 2>/dev/null | sed 's#.*/vmlinuz-#installed #' | sort -V | tail -n 1`,
  ...judgedBy(judgeUpdates),
};

/** Pure. */
export function judgeUpdates(output: string): readonly Finding[] {
  const age = /^age (\d+)$/m.exec(output)?.[1];
  if (age === undefined) return [];
  const packages = [...output.matchAll(/^package (.*)$/gm)].map(([, name = '']) => name);
  const days = Math.floor(Number(age) / 86_400);
  const kernel = /^kernel (.*)$/m.exec(output)?.[1];
  const installed = /^installed (.*)$/m.exec(output)?.[1];
  const reboot = /^reboot$/m.test(output) || (installed !== undefined && installed !== kernel);
  const data = { security: packages, listsAgeDays: days, rebootRequired: reboot };
  const parts = [
    ...(packages.length > 0
      ? [
          `${String(packages.length)} security ${packages.length === 1 ? 'update waits' : 'updates wait'}: ${packages.slice(0, NAMED).join(', ')}${packages.length > NAMED ? ', …' : ''}`,
        ]
      : []),
    ...(days > OLD_DAYS ? [`the list of packages is ${String(days)} days old`] : []),
    ...(reboot ? ['the host waits for a restart'] : []),
  ];
  if (parts.length === 0) {
    return [{ name: 'updates', level: 'ok', text: 'no security update waits', data }];
  }
  const hint =
    packages.length > 0 || days > OLD_DAYS
      ? 'apt-get update && apt-get upgrade, or let unattended-upgrades do it'
      : 'restart the host when it suits: reboot';
  return [{ name: 'updates', level: 'warn', text: parts.join('; '), hint, data }];
}
