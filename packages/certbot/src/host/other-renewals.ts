import { defineResource } from '@fairness-deploy/core/resources';
import { sh, type Script } from '@fairness-deploy/shell';

/** Whose crontab it is about. */
interface Spec {
  readonly user: string;
}

/** What else than Debian's timer renews certificates, or is in its way. */
interface State {
  /** Lines of root's crontab that do nothing else. */
  readonly crontab: readonly string[];
  /** Certbot as a snap, and its timer. */
  readonly snap: readonly string[];
}

/** Lines that run `certbot renew`, in crontabs and scripts (grep -E). */
export const RENEWAL =
  '^[^#]*(certbot|certbot-auto|letsencrypt)([[:space:]].*)?[[:space:]]renew([[:space:];&|>].*)?$';

/**
 * Lines of a crontab that do nothing else (grep -E, crontab(5)): a schedule, certbot, and perhaps a reload of
 * nginx, which the deploy hook does. Also the comment that Ansible puts above its own line.
 */
export const SOLE_RENEWAL = [
  '^#Ansible: certs_renewal$|^[[:space:]]*(@[a-z]+|([^[:space:]]+[[:space:]]+){4}[^[:space:]]+)[[:space:]]+',
  '([^[:space:];&|]*/)?(certbot|certbot-auto|letsencrypt)([[:space:]][^;&|]*)?[[:space:]]renew',
  '([[:space:]][^;&|]*)?(2>&1)?[[:space:]]*',
  '(&&[[:space:]]*([a-z/]*/)?(systemctl|service)[[:space:]][a-z ]*nginx[a-z. ]*)?$',
].join('');

const SNAP_TIMER = 'snap.certbot.renew.timer';
const PROGRAM = '/usr/bin/certbot';

/** Prints a user's crontab; nothing without cron. */
export function crontabOf({ user }: Spec): Script {
  return sh`{ ! command -v crontab >/dev/null || crontab -u ${user} -l 2>/dev/null || :; }`;
}

/**
 * Nothing but Debian's timer renews certificates, and certbot is the program of Debian's package.
 * Two ways to renew do no harm, but hide which one works.
 */
export const otherRenewals = defineResource<Spec, State>({
  type: 'certbot',
  name: () => 'other-renewals',
  read: (spec) => sh`
    ${crontabOf(spec)} | grep -E -e ${SOLE_RENEWAL} | sed 's/^/crontab /' || :
    ! systemctl is-enabled --quiet ${SNAP_TIMER} 2>/dev/null || printf 'snap %s\n' ${SNAP_TIMER}
    case $(readlink -- ${PROGRAM} || :) in
      */snap/* | snap/*) printf 'snap %s → %s\n' ${PROGRAM} "$(readlink -- ${PROGRAM})" ;;
    esac
    echo end`,
  parse: (output) => ({ crontab: starting('crontab ', output), snap: starting('snap ', output) }),
  desired: () => ({ crontab: [], snap: [] }),
  write: (spec) => sh`
    fd_left=$(${crontabOf(spec)})
    if printf '%s\n' "$fd_left" | grep -qE -e ${SOLE_RENEWAL}; then
      # crontab(1) checks and replaces the file itself. Without a line left, grep fails.
      { printf '%s\n' "$fd_left" | grep -vE -e ${SOLE_RENEWAL} || :; } | crontab -u ${spec.user} -
    fi
    if systemctl is-enabled --quiet ${SNAP_TIMER} 2>/dev/null; then
      systemctl disable --quiet --now ${SNAP_TIMER}
    fi
    case $(readlink -- ${PROGRAM} || :) in
      */snap/* | snap/*)
        rm -f -- ${PROGRAM}
        DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --reinstall \
          -o DPkg::Lock::Timeout=600 -o Dpkg::Options::=--force-confold certbot
        ;;
    esac`,
  follows: () => ['apt:packages'],
});

function starting(word: string, output: string): readonly string[] {
  return output
    .split('\n')
    .flatMap((line) => (line.startsWith(word) ? [line.slice(word.length)] : []));
}
