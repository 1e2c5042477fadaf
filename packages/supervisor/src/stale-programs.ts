import { lines, sh } from '@fairness-deploy/shell';
import { type Application } from '@fairness-deploy/core';
import { type Resource } from '@fairness-deploy/core/resources';
import { groupName, runFile, runFolder } from './layout.js';
import { removeProgram } from './supervisor-program.js';

const CONFIGURATIONS = '/etc/supervisor/conf.d';

/**
 * Our programs of processes that the environment no longer has: they would keep running and keep
 * their port, unnoticed. Another application's programs are left alone: ours start a program of our
 * folder.
 */
export function stalePrograms(application: Application): Resource {
  const { name } = application;
  const wanted = new Set(application.processes.map((process) => process.name));
  const prefix = `${CONFIGURATIONS}/${groupName(name, '')}`;
  const equals = (other: Resource): boolean =>
    other.address === resource.address && String(other.read) === String(resource.read);

  const resource: Resource = {
    address: `supervisor-programs:${name}`,
    after: [],
    follows: ['apt:packages'],
    read: sh`
      for fd_file in ${prefix}*.conf; do
        # In a template of the project's own, it may come after another word.
        grep -qs -F -e ${`=${runFolder(name)}/`} -e ${` ${runFolder(name)}/`} -- "$fd_file" || continue
        fd_process=\${fd_file#${prefix}}
        printf '%s\n' "\${fd_process%.conf}"
      done`,
    plan(output) {
      const stale = output
        .split('\n')
        .filter((process) => /^[a-z][a-z0-9-]*$/.test(process) && !wanted.has(process));
      if (stale.length === 0) return undefined;
      return {
        action: 'remove',
        differences: stale.map((process) => ({
          kind: 'value',
          field: process,
          from: 'runs, but the environment has no such process',
          to: undefined,
        })),
        apply: lines(
          ...stale.map(
            (process) => sh`
              (
              ${removeProgram({ name: groupName(name, process) })}
              )
              rm -f -- ${runFile(name, process)}`,
          ),
        ),
      };
    },
    equals,
  };
  return resource;
}
