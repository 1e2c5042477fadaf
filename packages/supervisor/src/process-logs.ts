import { logFile, type Application, type LogRequest, type LogSource } from '@fairness-deploy/core';
import { byColour, findLive, layoutOf, processLog, type Colour } from '@fairness-deploy/release';
import { sh, type Script } from '@fairness-deploy/shell';

/** The logs of the live colour's processes, and supervisord's own log. */
export function processLogs(application: Application): readonly LogSource[] {
  const layout = layoutOf(application);
  return [
    ...application.processes.map(({ name }): LogSource => {
      const inColour = (colour: Colour) => logFile(name, processLog(layout, name, colour));
      const ofLive = (script: (log: LogSource) => Script): Script => sh`
        ${findLive(layout)}
        ${byColour('fd_live', (colour) => script(inColour(colour)))}`;
      return {
        name,
        read: (request: LogRequest) => ofLive((log) => log.read(request)),
        follow: ofLive(({ follow }) => follow),
      };
    }),
    logFile('supervisor daemon', '/var/log/supervisor/supervisord.log'),
  ];
}
