import { notice, sh, type Script } from '@fairness-deploy/shell';

/**
 * The command of a program whose memory the kernel limits: systemd puts it, with all that it starts,
 * into a scope, which is a control group of its own, before it becomes the program and the user
 * (systemd-run(1), systemd.resource-control(5)). So Supervisor must start it as root. The scope ends
 * with Supervisor, as other programs do.
 *
 * @param limit Supervisor's form of a size: `512MB`
 */
export function memoryLimited(
  limit: string,
  user: string,
  command: readonly string[],
): readonly string[] {
  const bytes = limit.replace(/B$/, '');
  return [
    ...['/usr/bin/systemd-run', '--scope', '--quiet', '--collect'],
    // Else the kernel would move its memory to the swap first.
    ...[`--property=MemoryMax=${bytes}`, '--property=MemorySwapMax=0'],
    // It ends with Supervisor, but not before Supervisor has asked the program to end.
    ...['PartOf', 'BindsTo', 'Before'].map((key) => `--property=${key}=supervisor.service`),
    '--',
    ...['/usr/bin/setpriv', `--reuid=${user}`, `--regid=${user}`, '--init-groups', '--'],
    ...command,
  ];
}

/**
 * Defines `fd_tell_unlimited <program>`, which says so when the kernel does not limit the memory of the
 * process `$fd_pid`: some containers have no control group for memory (cgroups(7)).
 */
export const TELL_UNLIMITED: Script = sh`
  fd_tell_unlimited() {
    [ -n "$fd_pid" ] || return 0
    fd_cgroups=$(cat "/proc/$fd_pid/cgroup" 2>/dev/null) || return 0
    fd_unified=$(printf '%s\n' "$fd_cgroups" | sed -n 's/^0:://p')
    case $(printf '%s\n' "$fd_cgroups" | sed -n 's/^[0-9]*:memory://p') in *.scope) return 0 ;; esac
    [ ! -e "/sys/fs/cgroup$fd_unified/memory.max" ] || return 0
    printf ${notice('The memory of %s is not limited: this host has no control group for memory')}'\n' "$1"
  }`;
