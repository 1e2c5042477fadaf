import { applicationOf, type PluginContext } from '@fairness-deploy/core';
import { enterFolder, lines, sh, type Script } from '@fairness-deploy/shell';
import type { Section } from '../section/section.js';
import { backupFolder, workFolder } from './paths.js';

/** What the scripts about backups follow from. */
export type BackupContext = Pick<PluginContext<Section>, 'environment' | 'section'>;

export interface StoreOptions {
  /** Begins each message: `Cannot back up the database of shop`. */
  readonly failure: string;
  /** Seconds to wait while another backup is made. */
  readonly wait: number;
}

/**
 * Defines `fd_give_up <case> [<hint>]`, which ends the script with a message.
 *
 * @param failure begins each message
 */
export function defineGiveUp(failure: string): Script {
  return sh`
    fd_give_up() {
      printf '%s: %s\n' ${failure} "$1" >&2
      [ -z "\${2-}" ] || printf '  → %s\n' "$2" >&2
      exit 1
    }`;
}

/** Enters the folder of the backups, where names such as `./<id>.dump` are safe then. */
export function enterStore({ environment }: BackupContext, failure: string): Script {
  const { name } = applicationOf(environment);
  return enterFolder(backupFolder(name), {
    ...{ failure, owner: 'root', lasting: true },
    missing: `npx nx run ${environment.name}:provision`,
  });
}

/**
 * Enters the folder of the backups, locks it until the script's shell ends, and
 * removes what backups left there that were not completed. `$fd_work` is an empty folder in memory, which
 * is removed in the end. For a subshell: it sets a trap and the descriptor 9.
 */
export function openStore(context: BackupContext, { failure, wait }: StoreOptions): Script {
  const work = workFolder(applicationOf(context.environment).name);
  return lines(
    defineGiveUp(failure),
    sh`umask 077`,
    enterStore(context, failure),
    sh`
      exec 9>>./lock
      flock -w ${wait} 9 ||
        fd_give_up 'another backup is being made' 'wait until it has ended: db-backups shows it then'
      fd_work=${work}
      rm -rf -- "$fd_work"
      mkdir -m 0700 -- "$fd_work" || fd_give_up "there is no folder $fd_work"
      trap 'rm -rf -- "$fd_work"' EXIT
      # Backups that were not completed: their manifest comes last.
      for fd_file in ./*.part ./*.dump ./*.dump.age; do
        [ -e "$fd_file" ] || continue
        fd_whole=\${fd_file%.age}
        fd_whole=\${fd_whole%.dump}.manifest
        case $fd_file in
          *.part) ;;
          *) [ ! -e "$fd_whole" ] || continue ;;
        esac
        rm -f -- "$fd_file"
      done
      # Of another day: a restore or a client may use such a file at this moment.
      find . -maxdepth 1 '(' -name '*.received' -o -name '*.client' ')' -mtime +0 -delete`,
  );
}
