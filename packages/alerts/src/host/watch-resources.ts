import type { PluginContext, WatchedCheck } from '@fairness-deploy/core';
import { STATE } from '@fairness-deploy/core/engine';
import {
  aptPackages,
  directory,
  file,
  timer,
  type Resource,
} from '@fairness-deploy/core/resources';
import { PROGRAM, RECIPIENTS, timerName, watchFolder } from '../section/paths.js';
import type { Section } from '../section/section.js';
import { needNode, NODE } from './need-node.js';
import { needSendmail } from './need-sendmail.js';
import { recipientsFile } from './recipients-file.js';
import { watchProgram } from './watch-program.js';

/** One run takes as long as the slowest check, and as the recipients need to answer. */
const TIMEOUT_SECONDS = 240;

/** Not all hosts, and not all environments of a host, at the same second. */
const SPREAD_SECONDS = 20;

/**
 * What the service may use of the host, and may not do. It keeps root's view of all files: the reads must find what
 * doctor finds.
 */
const LIMITS = {
  ...{ MemoryMax: '512M', TasksMax: 512, Nice: 10, UMask: '0077' },
  ...{ NoNewPrivileges: 'yes', LockPersonality: 'yes', RestrictRealtime: 'yes' },
  RestrictSUIDSGID: 'yes',
};

/** What a host needs to watch itself. */
export function watchResources(
  context: PluginContext<Section>,
  checks: readonly WatchedCheck[],
): readonly Resource[] {
  const { environment, section } = context;
  const path = watchFolder(environment);
  const all = directory({ path: `${STATE}/alerts`, mode: '0700' });
  const folder = directory({ path, mode: '0700' });
  const node = aptPackages({ names: ['nodejs'] });
  const program = file({
    ...{ path: `${path}/${PROGRAM}`, mode: '0700', content: watchProgram(context, checks) },
  });
  const recipients = file({
    ...{ path: `${path}/${RECIPIENTS}`, mode: '0600', content: recipientsFile(section) },
  });
  const mails = section.notify.some((one) => 'mail' in one);
  return [
    ...[all, folder, node, program, recipients],
    needNode(),
    ...(mails ? [needSendmail(context)] : []),
    ...timer(
      {
        name: timerName(environment),
        description: `Alerts of ${environment.name}`,
        command: [NODE, `${path}/${PROGRAM}`],
        schedule: section.schedule,
        ...{ timeoutSeconds: TIMEOUT_SECONDS, spreadSeconds: SPREAD_SECONDS },
        service: LIMITS,
      },
      { after: [node, program, recipients] },
    ),
  ];
}
