import { asUser, lines, sh, type Script, type ShValue } from '@fairness-deploy/shell';
import { COLOURS } from '../application/colour.js';
import { commandFile } from '../application/command-file.js';
import { commandPath, startPath } from '../application/layout.js';
import {
  programsJson,
  programsLines,
  PROGRAMS_JSON,
  programsName,
} from '../application/programs-file.js';
import { MIGRATIONS_JSON, migrationsJson } from '../host/declared-migrations.js';
import { type ReleaseStep } from '../order/release-step.js';
import { variablesFile, variablesOf } from '../application/variables-file.js';
import { startFile } from '../application/start-file.js';
import type { ReleaseSpec } from '../scripts/release-spec.js';
import { unlessLive } from '../scripts/unless-live.js';

/**
 * Writes how the release is run: the start files of its programs, the variables that they share and
 * the file for other commands, as the application's user; and, as root, the list of its programs and what plugins need for them.
 * Removed together with the release.
 */
export function startFilesStep(spec: ReleaseSpec): ReleaseStep {
  const { application, layout, release } = spec;
  const programs = release.programs.flatMap((program) => {
    const process = application.processes.find(({ name }) => name === program.process);
    if (!process)
      throw new TypeError(`Cannot start ${program.name}: the application has no such process`);
    const content = startFile(application, process, program, layout, release);
    return [{ path: startPath(layout, release.id, program.name), content }];
  });
  const common = {
    path: release.variablesFile,
    content: variablesFile(variablesOf(application, release)),
  };
  const commands = {
    path: commandPath(layout, release.id),
    content: commandFile(application, layout, release),
  };
  // Last, the file by which a release counts as complete.
  const files = [...programs, commands, common];
  const staged = `${layout.variables}/.${release.id}.new`;
  const folder = `${layout.configuration}/${release.id}`;
  return {
    phase: 'build',
    name: 'start files',
    run: lines(
      writeConfiguration(spec, folder),
      asUser(
        application.user,
        lines(sh`umask 077`, ...files.map(({ path, content }) => write(staged, path, content))),
      ),
    ),
    undo: unlessLive(
      layout,
      release,
      sh`
        rm -f -- ${[staged, ...files.map(({ path }) => path)]}
        rm -rf -- ${[stagedFolder(spec), folder]}`,
    ),
  };
}

/** A builtin of the shell prints it, so that no command line shows it. */
function write(staged: string, path: string, content: ShValue): Script {
  return sh`
    printf %s ${content} >${staged}
    mv -fT -- ${staged} ${path}`;
}

function stagedFolder({ layout, release }: ReleaseSpec): string {
  return `${layout.configuration}/.${release.id}.new`;
}

/** The folder is there as a whole, or not at all. */
function writeConfiguration(spec: ReleaseSpec, folder: string): Script {
  const { programs } = spec.release;
  const { declaredMigrations } = spec;
  const staged = stagedFolder(spec);
  const files = [
    [PROGRAMS_JSON, programsJson(programs)] as const,
    ...(declaredMigrations ? [[MIGRATIONS_JSON, migrationsJson(declaredMigrations)] as const] : []),
    ...COLOURS.map((colour) => [programsName(colour), programsLines(programs, colour)] as const),
    ...Object.entries(spec.configuration),
  ];
  return sh`
    (
    umask 077
    rm -rf -- ${[staged, folder]}
    mkdir -- ${staged}
    ${lines(...files.map(([name, content]) => sh`printf %s ${content} >${`${staged}/${name}`}`))}
    sync -f ${staged}
    mv -T -- ${staged} ${folder}
    )`;
}
