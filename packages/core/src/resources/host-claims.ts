import { HintedError } from '@fairness-deploy/shell/text';
import { sh } from '@fairness-deploy/shell';
import type { Claim } from '../resource-parts/claim.js';
import { defineResource } from '../resource/define-resource.js';
import type { Resource } from '../resource/resource.js';
import { STATE } from '../state-folder.js';

interface Spec {
  readonly application: string;
  readonly environment: string;
  readonly claims: readonly Claim[];
}

/** What the host has on record for an application. */
interface State {
  readonly claims: string;
}

/** A file for each application; only root may enter. */
const FOLDER = `${STATE}/claims`;

const recordedClaims = defineResource<Spec, State>({
  type: 'claims',
  name: ({ application }) => application,
  read: () => sh`
    for fd_file in ${FOLDER}/*; do
      [ -f "$fd_file" ] || continue
      printf '\t%s\n' "\${fd_file##*/}"
      cat -- "$fd_file"
    done`,
  parse(output, spec) {
    const recorded = parseAll(output);
    for (const [application, other] of recorded) refuseClash(spec, application, other);
    const own = recorded.get(spec.application);
    return own && { claims: textOf(own) };
  },
  owns: ({ application }) => [{ kind: 'path', name: claimsPath(application) }],
  desired: (spec) => ({ claims: textOf(spec) }),
  write: (spec) => sh`
    umask 077
    mkdir -p -- ${FOLDER}
    printf '%s\n' ${fileOf(spec)} >${`${FOLDER}/.${spec.application}.new`}
    sync -- ${`${FOLDER}/.${spec.application}.new`}
    mv -fT -- ${`${FOLDER}/.${spec.application}.new`} ${claimsPath(spec.application)}`,
});

/**
 * The claims of an environment on a host. Refused when they differ from those of another environment
 * that was provisioned there: the two would overwrite each other's files, or take each other's ports.
 */
export function hostClaims(spec: Spec): Resource {
  // Ports belong to a release: a deployment may change them.
  return { ...recordedClaims(spec), atDeployment: 'applied' };
}

type Recorded = Omit<Spec, 'application'>;

/** The environment's name on the first line, then a claim a line. */
function fileOf({ environment, claims }: Recorded): string {
  return [environment, ...claims.map(({ what, is }) => `${what}\t${is}`)].join('\n');
}

function parseAll(output: string): ReadonlyMap<string, Recorded> {
  return new Map(
    `\n${output}`
      .split('\n\t')
      .slice(1)
      .map((file) => {
        const [application = '', environment = '', ...lines] = file.trimEnd().split('\n');
        const claims = lines.map((line) => {
          const [what = '', is = ''] = line.split('\t');
          return { what, is };
        });
        return [application, { environment, claims }];
      }),
  );
}

function refuseClash(own: Spec, application: string, other: Recorded): void {
  const theirs = new Map(other.claims.map(({ what, is }) => [what, is]));
  const what =
    other.environment === own.environment
      ? `the application was renamed and ${application}`
      : `the environment "${other.environment}"`;
  const gone = `If ${what} is gone from this host, remove its record: rm ${claimsPath(application)}`;
  if (application === own.application) {
    if (other.environment === own.environment) return;
    throw new HintedError(
      `Cannot set up ${application} for the environment "${own.environment}": on this host, it belongs to the environment "${other.environment}"`,
      { hint: `Give it another application.name. ${gone}` },
    );
  }
  const clashes = own.claims.flatMap(({ what, is }) => {
    const has = theirs.get(what);
    return has === undefined || has === is ? [] : [`${what} is ${has}`];
  });
  if (clashes.length === 0) return;
  throw new HintedError(
    `Cannot set up ${own.application} for the environment "${own.environment}" beside ${application} of the environment "${other.environment}": on this host, ${clashes.join(', ')}`,
    { hint: `Change it in one of the two. ${gone}` },
  );
}

/** The record of an application's claims on a host. */
export function claimsPath(application: string): string {
  return `${FOLDER}/${application}`;
}

/** For people, in the plan. */
function textOf({ claims }: Recorded): string {
  return claims.map(({ what, is }) => `${what} ${is}`).join(', ');
}
