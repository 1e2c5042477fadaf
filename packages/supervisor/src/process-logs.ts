import { logFile, type Application, type LogRequest, type LogSource } from '@fairness-deploy/core';
import {
  byColour,
  findLive,
  layoutOf,
  processLog,
  programsOf,
  type Colour,
  type Stream,
} from '@fairness-deploy/release';
import { sh, type Script } from '@fairness-deploy/shell';

/** The logs of the live colour's programs, and supervisord's own log. */
export function processLogs(application: Application): readonly LogSource[] {
  return [
    // How many processors the host has isn't known here: the logs of the first instance are.
    ...programsOf(application, 1).flatMap(({ name, apart }) =>
      apart
        ? [live(application, name, 'out'), live(application, name, 'err')]
        : [live(application, name, 'all')],
    ),
    logFile('supervisor daemon', '/var/log/supervisor/supervisord.log'),
  ];
}

function live(application: Application, program: string, stream: Stream): LogSource {
  const layout = layoutOf(application);
  const name = stream === 'all' ? program : `${program} ${stream === 'out' ? 'output' : 'errors'}`;
  const inColour = (colour: Colour) => logFile(name, processLog(layout, program, colour, stream));
  const ofLive = (script: (log: LogSource) => Script): Script => sh`
    ${findLive(layout)}
    ${byColour('fd_live', (colour) => script(inColour(colour)))}`;
  return {
    name,
    read: (request: LogRequest) => ofLive((log) => log.read(request)),
    follow: ofLive(({ follow }) => follow),
  };
}
