import { defineResource } from '@fairness-deploy/core/resources';
import type { Application } from '@fairness-deploy/core';
import { enterFolder, literal, sh, type Script } from '@fairness-deploy/shell';
import { layoutOf } from '../application/layout.js';
import { BIN, RUNTIME_PROGRAMS } from '../application/runtime.js';

type Identity = Pick<Application, 'name' | 'home'>;

interface Spec extends Identity {
  /** What others have counts as there; only links of its own can be removed. */
  readonly others: 'leave';
}

interface LinksState {
  /** Those that lead to the application, or to what is not ours. */
  readonly commands: string;
}

const FOLDER = '/usr/local/bin';

/**
 * Links in /usr/local/bin, by which people and cron find the Node.js, the npm and the package
 * manager of the application's live release. They lead through `live`, so that a switch moves them
 * too. A file or a link of anybody else stays, and so do the links of another application of the
 * host, as long as its home is there: the first one has them. All find their own in
 * `<home>/live/bin`.
 */
export const commandLinks = defineResource<Spec, LinksState, Identity & Partial<Spec>>({
  type: 'commands',
  name: ({ name }) => name,
  read: (spec) => sh`
    ${eachCommand(
      spec,
      sh`
        case $fd_is in
          own) printf '%s\n' "$fd_name" ;;
          taken) ${spec.others === 'leave' ? sh`printf '%s\n' "$fd_name"` : sh`:`} ;;
        esac`,
    )}`,
  owns: ({ home }) => [{ kind: 'commands', name: home }],
  parse: (output) => ({ commands: output.trim().split('\n').join(' ') }),
  desired: () => ({ commands: RUNTIME_PROGRAMS.join(' ') }),
  write: (spec) => sh`
    ${enterFolder(FOLDER, { failure: `Cannot link the commands of ${spec.name}`, owner: 'root', missing: `make it: mkdir -p ${FOLDER}` })}
    ${eachCommand(
      spec,
      sh`
        if [ "$fd_is" = free ]; then
          rm -f -- "./.$fd_name.fd-new"
          ln -sT -- "$fd_target" "./.$fd_name.fd-new"
          mv -fT -- "./.$fd_name.fd-new" "./$fd_name"
        fi`,
    )}`,
  remove: (spec) => sh`
    ${enterFolder(FOLDER, { failure: `Cannot remove the links of ${spec.name}`, owner: 'root', missing: `make it: mkdir -p ${FOLDER}` })}
    ${eachCommand(spec, sh`[ "$fd_is" != own ] || rm -f -- "./$fd_name"`)}`,
});

/**
 * Runs a script for each command `$fd_name`, with its wanted `$fd_target`. `$fd_is` says who has
 * it: `own`, `taken`, or `free`.
 */
function eachCommand(spec: Identity, script: Script): Script {
  const bin = `${layoutOf(spec).live}/${BIN}`;
  return sh`
    for fd_name in ${[...RUNTIME_PROGRAMS]}; do
      fd_target=${bin}/$fd_name
      fd_is=free
      fd_to=$(readlink -- ${FOLDER}/"$fd_name") || fd_to=
      case $fd_to in
        "$fd_target") fd_is=own ;;
        '') [ ! -e ${FOLDER}/"$fd_name" ] || fd_is=taken ;;
        */live/${literal(BIN)}/"$fd_name") [ ! -d "\${fd_to%/live/*}" ] || fd_is=taken ;;
        *) fd_is=taken ;;
      esac
      ${script}
    done`;
}
