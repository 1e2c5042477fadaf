import { layoutOf, processLog, type Application, type Process } from '@fairness-deploy/core';
import { programName, runFile } from './layout.js';
import { quoteCommand, quoteLogFile } from './quote-ini.js';
import { fromTemplate } from './from-template.js';
import type { Section } from './section.js';
import { NO_RELEASE } from './wrapper.js';

/**
 * The configuration of a process' program (supervisord.org/configuration.html,
 * [program:x]). Templates get the values below; `<%= %>` quotes one for Supervisor, and
 * `<%- command(words) %>` and `<%- logFile(path) %>` what has rules of its own.
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
      program: programName(application.name, process.name),
      application: application.name,
      process: process.name,
      user: application.user,
      runFile: runFile(application.name, process.name),
      log: processLog(layoutOf(application), process.name),
      noRelease: NO_RELEASE,
      logFile: quoteLogFile,
      command: quoteCommand,
    },
    path === undefined ? undefined : { folder, path },
  );
}
