import { sh } from '@fairness-deploy/shell';
import type { Check, Finding } from '../plugin/check.js';

/** Seconds of difference from which the finding warns and fails: the trip to the host and back is in it. */
const [WARN_SECONDS, FAIL_SECONDS] = [15, 60];

/**
 * Whether the host's clock is right: certificates, one-time codes, logs and schedules go by it.
 *
 * @param now the client's time, milliseconds since 1970
 */
export function clockCheck(now: number): Check {
  return {
    name: 'clock',
    layer: 'machine',
    read: sh`
      printf 'now %s\n' "$(date +%s.%N)"
      timedatectl show -p NTP -p NTPSynchronized 2>/dev/null || :`,
    judge: (output) => [judgeClock(output, now)],
  };
}

/** Pure. */
export function judgeClock(output: string, now: number): Finding {
  const host = Number(/^now (\d+\.\d+)$/m.exec(output)?.[1] ?? Number.NaN);
  const synchronised = /^NTPSynchronized=(\w+)$/m.exec(output)?.[1];
  const offset = Math.round(host - now / 1000);
  const data = {
    offsetSeconds: offset,
    ...(synchronised !== undefined && { synchronised: synchronised === 'yes' }),
  };
  const how =
    synchronised === 'yes'
      ? '; it is synchronised'
      : synchronised === 'no'
        ? '; it is not synchronised'
        : '';
  const off = Math.abs(offset);
  if (off < WARN_SECONDS) {
    return { name: 'clock', level: 'ok', text: `agrees with this machine's${how}`, data };
  }
  const text = `the host's clock is ${String(off)} s ${offset > 0 ? 'ahead of' : 'behind'} this machine's${how}`;
  const hint =
    'if the host is wrong: timedatectl set-ntp true, with systemd-timesyncd or chrony installed';
  return { name: 'clock', level: off < FAIL_SECONDS ? 'warn' : 'fail', text, hint, data };
}
