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
  return [
    // How many processors the host has isn't known here: the logs of the first instance are.
    ...programsOf(application, 1).flatMap(({ name, apart }) =>
      apart
        ? [ofProgram(application, name, 'out'), ofProgram(application, name, 'err')]
        : [ofProgram(application, name, 'all')],
    ),
    logFile('supervisor daemon', '/var/log/supervisor/supervisord.log'),
  ];
}

/**
 * The last lines of the live colour; and what is added to the logs of both, as the next release starts in the other
 * colour. Their order is always the same: they are told apart by it.
 */
function ofProgram(application: Application, program: string, stream: Stream): LogSource {
  const layout = layoutOf(application);
  const name = stream === 'all' ? program : `${program} ${stream === 'out' ? 'output' : 'errors'}`;
  const inColour = (colour: Colour) => {
    const path = processLog(layout, program, colour, stream);
    return sh`if [ "$fd_live" = ${colour} ]; then ${tailOf(path)}; else ${newIn(path)}; fi`;
  };
  return logFiles(name, [lines(findLive(layout), ...COLOURS.map(inColour))]);
}
