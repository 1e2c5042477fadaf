import { dirname } from 'node:path/posix';
import {
  defineResource,
  enterHome,
  fail,
  layoutOf,
  sh,
  withRightsOf,
  type Application,
  type Script,
} from '@fairness-deploy/core';

type Spec = Pick<Application, 'name' | 'home' | 'user'>;

interface HomeState {
  /** The user that gets to it. */
  readonly reachableFor: string;
}

/**
 * The way to an application's home: nobody but root can change it, and the application's user
 * can go it. It is never changed itself. Until there are a home and a user, it is looked at
 * when they have been made; so is the home's own owner, which provisioning may change first.
 */
export const applicationHome = defineResource<Spec, HomeState>({
  type: 'application-home',
  name: ({ home }) => home,
  read: (spec) => sh`
    [ -d ${spec.home} ] || exit 0
    fd_said=$( (
      ${enterHome({ home: dirname(spec.home) }, `Cannot use ${spec.home} as the application's home`)}
    ) 2>&1 ) || {
      printf 'unsafe %s\n' "$fd_said"
      exit 0
    }
    getent passwd ${spec.user} >/dev/null || exit 0
    if ${reaches(spec)}; then echo reachable; else echo unreachable; fi`,
  parse(output, { home, user }) {
    const [, said] = /^unsafe (.*)$/s.exec(output.trimEnd()) ?? [];
    if (said !== undefined) throw new Error(said);
    if (output.trim() === 'unreachable') throw new Error(unreachable({ home, user }));
    return { reachableFor: user };
  },
  desired: ({ user }) => ({ reachableFor: user }),
  write: (spec) => sh`
    (
    ${enterHome(layoutOf(spec), `Cannot use ${spec.home} as the application's home`)}
    )
    ${reaches(spec)} || ${fail(unreachable(spec))}`,
});

function reaches({ home, user }: Pick<Spec, 'home' | 'user'>): Script {
  return sh`${withRightsOf(user, sh`cd -- "$1"`, home)} 2>/dev/null`;
}

function unreachable({ home, user }: Pick<Spec, 'home' | 'user'>): string {
  return `Cannot use ${home} as the application's home: the user ${user} may not pass through a folder that it is in; see which with: namei -l ${home}, and let others pass: chmod o+x`;
}
