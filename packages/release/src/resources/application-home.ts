import { dirname } from 'node:path/posix';
import { HintedError, printedError } from '@fairness-deploy/shell/text';
import { approachHome, enterHome } from '../application/enter-home.js';
import { defineResource } from '@fairness-deploy/core/resources';
import { layoutOf } from '../application/layout.js';
import { type Application } from '@fairness-deploy/core';
import { fail, sh, withRightsOf, type Script } from '@fairness-deploy/shell';

type Spec = Pick<Application, 'name' | 'home' | 'user'>;

/** The host's record of the application. */
interface HomeState {
  readonly home: string;
  readonly user: string;
}

/**
 * The application's home, whose folders other resources make. Only root can change the way to it,
 * and the application's user can pass through; `live-release` refuses to move a live release, by
 * the record. Before the home and the user exist, provisioning checks them when it has made them;
 * the same holds for the home's own owner, which it may change first.
 */
export const applicationHome = defineResource<Spec, HomeState>({
  type: 'application-home',
  name: ({ home }) => home,
  read: (spec) => sh`
    fd_said=$( (
      ${approachHome(spec, unusable(spec))}
    ) 2>&1 ) || {
      printf 'unsafe %s\n' "$fd_said"
      exit 0
    }
    [ -d ${spec.home} ] || exit 0
    getent passwd ${spec.user} >/dev/null || exit 0
    if ${reaches(spec)}; then cat -- ${layoutOf(spec).record} 2>/dev/null || echo; else echo unreachable; fi`,
  parse(output, spec) {
    const [, said] = /^unsafe (.*)$/s.exec(output.trimEnd()) ?? [];
    if (said !== undefined) throw printedError(said);
    if (output.trim() === 'unreachable') {
      throw new HintedError(unreachable(spec), { hint: letPass(spec) });
    }
    const [, user = '', home = ''] = /^(\S+) (.*)$/.exec(output.trimEnd()) ?? [];
    return { home, user };
  },
  desired: ({ home, user }) => ({ home, user }),
  write: (spec) => sh`
    (
    ${enterHome(layoutOf(spec), unusable(spec))}
    )
    ${reaches(spec)} || ${fail(unreachable(spec), letPass(spec))}
    umask 077
    mkdir -p -- ${dirname(layoutOf(spec).record)}
    printf '%s\n' ${`${spec.user} ${spec.home}`} >${`${layoutOf(spec).record}.new`}
    sync -- ${`${layoutOf(spec).record}.new`}
    mv -fT -- ${`${layoutOf(spec).record}.new`} ${layoutOf(spec).record}`,
});

function unusable({ home }: Spec): string {
  return `Cannot use ${home} as the application's home`;
}

function reaches({ home, user }: Pick<Spec, 'home' | 'user'>): Script {
  return sh`${withRightsOf(user, sh`cd -- "$1"`, home)} 2>/dev/null`;
}

function unreachable({ home, user }: Pick<Spec, 'home' | 'user'>): string {
  return `Cannot use ${home} as the application's home: the user ${user} may not pass through a folder that it is in`;
}

function letPass({ home }: Spec): string {
  return `see which with: namei -l ${home}, and let others pass: chmod o+x`;
}
