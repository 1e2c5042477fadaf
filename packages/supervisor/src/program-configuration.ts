import { COLOURS, layoutOf, processLog } from '@fairness-deploy/release';
import { type Application, type Process } from '@fairness-deploy/core';
import { groupName, runFile } from './layout.js';
import { quoteCommand, quoteLogFile, quoteValue } from './quote-ini.js';
import { fromTemplate } from './from-template.js';
import type { Section } from './section.js';
import { NO_RELEASE } from './wrapper.js';

/** Years, at pauses that grow by a second each time (supervisord.org/subprocess.html, BACKOFF). */
const START_RETRIES = 1_000_000;

/**
 * The configuration of a process's group and its two programs (supervisord.org/configuration.html,
 * [group:x] and [program:x]). Templates get the values below; `<%= %>` quotes one for Supervisor,
 * and `<%- programs(names) %>`, `<%- command(words) %>` and `<%- logFile(path) %>` the values with
 * rules of their own. A template has to name the group and the two `process_name`s as the package's
 * own does.
 *
 * @param folder the environment's: a template of the project's own is relative to it.
 */
export function programConfiguration(
  application: Application,
  process: Process,
  section: Section,
  folder: string,
): string {
  const { template: path, ...settings } = section;
  return fromTemplate(
    'program.conf.ejs',
    {
      ...settings,
      group: groupName(application.name, process.name),
      application: application.name,
      process: process.name,
      user: application.user,
      runFile: runFile(application.name, process.name),
      colours: COLOURS.map((colour) => ({
        colour,
        program: `${groupName(application.name, process.name)}-${colour}`,
        log: processLog(layoutOf(application), process.name, colour),
      })),
      programs: (names: readonly string[]) => names.map(quoteValue).join(','),
      noRelease: NO_RELEASE,
      startRetries: START_RETRIES,
      logFile: quoteLogFile,
      command: quoteCommand,
    },
    path === undefined ? undefined : { folder, path },
  );
}
