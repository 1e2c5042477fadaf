import {
  COLOURS,
  layoutOf,
  NOT_NOW,
  processLog,
  startPath,
  type Colour,
  type Program,
  type Release,
} from '@fairness-deploy/release';
import { type Application, type Process } from '@fairness-deploy/core';
import { groupOf, groupsOf, releaseFile } from './layout.js';
import { memoryLimited } from './memory-limit.js';
import { quoteCommand, quoteLogFile, quoteValue } from './quote-ini.js';
import { fromTemplate } from './from-template.js';
import type { Section } from './section.js';

/** Years, at pauses that grow by a second each time (supervisord.org/subprocess.html, BACKOFF). */
const START_RETRIES = 1_000_000;

/**
 * The configuration of a release's programs, in each colour (supervisord.org/configuration.html,
 * [group:x] and [program:x]). It belongs to the release, so that a rollback finds it as it was.
 *
 * Templates get the values below; `<%= %>` quotes one for Supervisor, and `<%- names(list) %>`, `<%-
 * command(words) %>` and `<%- logFile(path) %>` the values with rules of their own. A template has to
 * name the groups and their `process_name`s as the package's own does.
 *
 * @param folder the environment's: a template of the project's own is relative to it.
 */
export function releaseConfiguration(
  application: Application,
  release: Release,
  { template: path }: Section,
  folder: string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    COLOURS.map((colour) => [
      releaseFile(colour),
      fromTemplate(
        'programs.conf.ejs',
        {
          ...{ colour, release: release.id, application: application.name },
          groups: groups(application, release, colour),
          names: (names: readonly string[]) => names.map(quoteValue).join(','),
          ...{ notNow: NOT_NOW, startRetries: START_RETRIES },
          ...{ logFile: quoteLogFile, command: quoteCommand },
        },
        path === undefined ? undefined : { folder, path },
      ),
    ]),
  );
}

/** Only groups with programs: Supervisor refuses others. */
function groups(application: Application, release: Release, colour: Colour): readonly object[] {
  const { shared, exclusive } = groupsOf(application.name, colour);
  return [shared, exclusive].flatMap((group) => {
    const programs = release.programs.filter(
      (program) => groupOf(application.name, program, colour) === group,
    );
    return programs.length === 0
      ? []
      : [{ group, programs: programs.map((one) => settings(application, release, one, colour)) }];
  });
}

function settings(
  application: Application,
  release: Release,
  program: Program,
  colour: Colour,
): object {
  const { name, user } = application;
  const layout = layoutOf(application);
  const { stopSignal, logs, memoryLimit } = processOf(application, program);
  const log = (stream: 'all' | 'out' | 'err') => processLog(layout, program.name, colour, stream);
  const start = ['/bin/sh', startPath(layout, release.id, program.name), colour];
  return {
    section: `${groupOf(name, program, colour)}.${program.name}`,
    name: program.name,
    ...(memoryLimit === undefined
      ? { user, command: start }
      : { command: memoryLimited(memoryLimit, user, start) }),
    ...{ stopSignal, stopSeconds: program.stopSeconds, exclusive: program.exclusive },
    logs: {
      ...{ apart: program.apart, all: log('all'), out: log('out'), err: log('err') },
      ...{ size: logs.size, files: logs.files },
    },
  };
}

function processOf({ processes }: Application, { process }: Program): Process {
  const found = processes.find(({ name }) => name === process);
  if (found) return found;
  throw new TypeError(`Cannot configure ${process}: the application has no such process`);
}
