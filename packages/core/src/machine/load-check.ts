import { sh } from '@fairness-deploy/shell';
import { judgedBy, type Check, type Finding } from '../plugin/check.js';

/** More processes that want to run, per processor, make everything slow. */
const WARN_PER_PROCESSOR = 4;

/** How many processes want to run, and since when the host is up. A high load is a sign, and no cause. */
export const loadCheck: Check = {
  name: 'load',
  layer: 'upkeep',
  read: sh`
    printf 'load %s\n' "$(cat /proc/loadavg)"
    printf 'processors %s\n' "$(nproc)"
    printf 'up %s\n' "$(cut -d . -f 1 /proc/uptime)"`,
  ...judgedBy(judgeLoad),
};

/** Judges the averages of 1, 5 and 15 minutes (proc(5), /proc/loadavg). Pure. */
export function judgeLoad(output: string): Finding {
  const [one = 0, five = 0, fifteen = 0] = (/^load (\S+) (\S+) (\S+)/m.exec(output) ?? [])
    .slice(1)
    .map(Number);
  const processors = Number(/^processors (\d+)$/m.exec(output)?.[1] ?? 1);
  const uptimeSeconds = Number(/^up (\d+)$/m.exec(output)?.[1] ?? 0);
  const data = { load: [one, five, fifteen], processors, uptimeSeconds };
  const on = `on ${String(processors)} ${processors === 1 ? 'processor' : 'processors'}`;
  const text = `${one.toFixed(2)}, ${five.toFixed(2)}, ${fifteen.toFixed(2)} ${on}; up for ${describeUptime(uptimeSeconds)}`;
  if (five / processors < WARN_PER_PROCESSOR) return { name: 'load', level: 'ok', text, data };
  const hint = 'see what runs: top';
  return { name: 'load', level: 'warn', text: `high: ${text}`, hint, data };
}

function describeUptime(seconds: number): string {
  const [days, hours, minutes] = [seconds / 86_400, seconds / 3600, seconds / 60].map(Math.floor);
  if (days) return `${String(days)} d`;
  return hours ? `${String(hours)} h` : `${String(minutes ?? 0)} min`;
}
