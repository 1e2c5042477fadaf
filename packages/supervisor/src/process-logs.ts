import {
  logFile,
  logFiles,
  newIn,
  tailOf,
  type Application,
  type LogSource,
} from '@fairness-deploy/core';
import {
  COLOURS,
  findLive,
  layoutOf,
  processLog,
  programsOf,
  type Colour,
  type Stream,
} from '@fairness-deploy/release';
import { lines, sh } from '@fairness-deploy/shell';

/** The logs of the programs, and supervisord's own log. */
export function processLogs(application: Application): readonly LogSource[] {
  const byCpus = new Set(
    application.processes.flatMap(({ name, instances }) => (instances === 'cpus' ? [name] : [])),
  );
  return [
    // How many processors the host has isn't known here: as many logs as it has are one.
    ...programsOf(application, 1).flatMap(({ name, process, apart }) => {
      const program = byCpus.has(process)
        ? { name: process, several: true }
        : { name, several: false };
      return apart
        ? [ofProgram(application, program, 'out'), ofProgram(application, program, 'err')]
        : [ofProgram(application, program, 'all')];
    }),
    logFile('supervisor daemon', '/var/log/supervisor/supervisord.log'),
  ];
}

/**
 * The last lines of the live colour; and what is added to the logs of both, as the next release starts in the other
 * colour. Their order is always the same: they are told apart by it.
 */
function ofProgram(
  application: Application,
  { name, several }: { readonly name: string; readonly several: boolean },
  stream: Stream,
): LogSource {
  const layout = layoutOf(application);
  const inColour = (colour: Colour) => {
    const path = several
      ? sh`${`${layout.logs}/${name}.`}"$fd_instance"${processLog(layout, '', colour, stream).slice(layout.logs.length + 1)}`
      : sh`${processLog(layout, name, colour, stream)}`;
    return sh`if [ "$fd_live" = ${colour} ]; then ${tailOf(path)}; else ${newIn(path)}; fi`;
  };
  const files = lines(...COLOURS.map(inColour));
  const ofAll = sh`
    fd_instance=1
    while [ "$fd_instance" -le "$(nproc)" ]; do
      ${files}
      fd_instance=$((fd_instance + 1))
    done`;
  return logFiles(stream === 'all' ? name : `${name} ${stream === 'out' ? 'output' : 'errors'}`, [
    findLive(layout),
    several ? ofAll : files,
  ]);
}
