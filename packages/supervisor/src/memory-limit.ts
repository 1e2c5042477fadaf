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
    ...['--property=PartOf=supervisor.service', '--property=BindsTo=supervisor.service', '--'],
    ...['/usr/bin/setpriv', `--reuid=${user}`, `--regid=${user}`, '--init-groups', '--'],
    ...command,
  ];
}
