import { sh } from '@fairness-deploy/shell';
import { byteSize } from '@fairness-deploy/shell/text';
import { judgedBy, type Check, type Finding } from '../plugin/check.js';

/** The share of the memory that is still available, in percent, below which a finding warns. */
const WARN_PERCENT = 7;

/** How long after the kernel killed a process for lack of memory the check fails. */
const RECENT_SECONDS = 3600;

/** How many lines about killed processes are shown. */
const LINES = 3;

/** How much memory there is, and whether the kernel has killed a process for lack of it. */
export const memoryCheck: Check = {
  name: 'memory',
  layer: 'machine',
  read: sh`
    grep -E '^(MemTotal|MemAvailable|SwapTotal|SwapFree):' /proc/meminfo
    printf 'now %s\n' "$(date +%s)"
    # The kernel logs it, and systemd logs it for its units. The kernel's messages that a container may see
    # are about other containers, too: there the counter of its own is left (cgroups(7)).
    if systemd-detect-virt --quiet --container; then fd_sources=; else fd_sources='_TRANSPORT=kernel +'; fi
    # shellcheck disable=SC2086 # It is several words, or none.
    journalctl -q --no-pager -o short-unix --since=-1d $fd_sources _PID=1 2>/dev/null |
      grep -E 'Out of memory: Killed process|Memory cgroup out of memory: Killed process|killed by the OOM killer' |
      tail -n ${LINES} | sed 's/^/killed /' || :
    [ -z "$fd_sources" ] || exit 0
    for fd_file in /sys/fs/cgroup/memory.events /sys/fs/cgroup/memory/memory.oom_control; do
      [ ! -f "$fd_file" ] || sed -n 's/^oom_kill \([0-9]*\)$/count \1/p' "$fd_file"
    done`,
  ...judgedBy(judgeMemory),
};

const HINT = 'give the host more memory, or limit the process that needs it: memoryLimit';

/** Pure. */
export function judgeMemory(output: string): Finding {
  const field = (name: string): number =>
    Number(new RegExp(`^${name}: *(\\d+) kB$`, 'm').exec(output)?.[1] ?? 0);
  const [total, available] = [field('MemTotal'), field('MemAvailable')];
  const [swap, freeSwap] = [field('SwapTotal'), field('SwapFree')];
  const now = Number(/^now (\d+)$/m.exec(output)?.[1] ?? 0);
  const killed = [...output.matchAll(/^killed (\d+)(?:\.\d+)? (.*)$/gm)].map(
    ([, at, line = '']) => ({
      at: Number(at),
      line,
    }),
  );
  const percent = total === 0 ? 100 : Math.floor((available * 100) / total);
  const room = `${byteSize(1024 * available)} of ${byteSize(1024 * total)} available${swap === 0 ? '' : `, ${byteSize(1024 * freeSwap)} of ${byteSize(1024 * swap)} swap free`}`;
  const data = {
    ...{ totalKib: total, availableKib: available, swapKib: swap, freeSwapKib: freeSwap },
    killed: killed.map(({ at, line }) => ({ at: iso(at), line })),
  };
  const last = killed.at(-1);
  if (last) {
    const recent = now - last.at <= RECENT_SECONDS;
    return {
      ...{ name: 'memory', level: recent ? 'fail' : 'warn', data },
      text: `the kernel killed a process for lack of memory at ${iso(last.at)}; ${room}`,
      evidence: killed.map(({ at, line }) => `${iso(at)} ${line}`),
      hint: HINT,
    };
  }
  const count = Number(/^count (\d+)$/m.exec(output)?.[1] ?? 0);
  if (count > 0) {
    const processes = count === 1 ? 'a process' : `${String(count)} processes`;
    const text = `the kernel killed ${processes} for lack of memory since the start of the host; ${room}`;
    return { name: 'memory', level: 'warn', text, hint: HINT, data: { ...data, count } };
  }
  if (percent < WARN_PERCENT) {
    const hint = 'see what needs it: ps --sort=-rss -eo rss,user,args | head';
    return { name: 'memory', level: 'warn', text: `nearly used up: ${room}`, hint, data };
  }
  return { name: 'memory', level: 'ok', text: room, data };
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
