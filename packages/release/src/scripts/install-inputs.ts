import { createHash } from 'node:crypto';
import { sh, type Script } from '@fairness-deploy/shell';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import type { ReleaseCommand } from '../section/command.js';
import type { ReleaseFile } from '../section/release-file.js';
import { installVariables } from './command-variables.js';
import type { ReleaseSpec } from './release-spec.js';

/** The files that are written before installing, which it may read. */
export function filesBeforeInstall({
  files = [],
}: Pick<ReleaseSpec, 'files'>): readonly ReleaseFile[] {
  return files.filter(({ when }) => when === 'install');
}

/** A path of the application's folder as one of the repository. */
export function inRepository({ section }: Pick<ReleaseSpec, 'section'>, path: string): string {
  return section.directory === undefined ? path : `${section.directory}/${path}`;
}

/**
 * Adds to the key `$fd_key` of the dependencies what installing gets besides the commit: variables,
 * and the files written before. As root, who alone can read the salt: others can read the key, and
 * could guess a short secret from it.
 */
export function addInputs(spec: ReleaseSpec, install: ReleaseCommand): Script {
  const inputs = inputsOf(spec, install);
  if (inputs === undefined) return sh`:`;
  const salt = `${spec.layout.dependencies}/.salt`;
  return sh`
    fd_salt=
    ${inputs.secrets.length === 0 ? sh`:` : readSalt(salt)}
    fd_key=$(printf '%s\n' "$fd_key" "$fd_salt" ${inputs} | sha256sum | cut -d ' ' -f 1)`;
}

/** Sets `fd_salt`, which is made once for a host. */
function readSalt(path: string): Script {
  const staged = `${path}.new`;
  return sh`
    [ -s ${path} ] || (
      umask 077
      head -c 32 /dev/urandom | base64 >${staged}
      mv -fT -- ${staged} ${path}
    )
    fd_salt=$(cat -- ${path})
    [ -n "$fd_salt" ]`;
}

/** A digest; undefined when there are none. */
function inputsOf(spec: ReleaseSpec, install: ReleaseCommand): Text | undefined {
  const variables = [...installVariables(spec, install)].sort(([one], [other]) =>
    one < other ? -1 : 1,
  );
  const files = filesBeforeInstall(spec);
  if (variables.length === 0 && files.length === 0) return undefined;
  const texts = [...variables.map(([, value]) => value), ...files.map(({ content }) => content)];
  const all = JSON.stringify([
    variables.map(([name, value]) => [name, value.reveal()]),
    files.map(({ path, content }) => [path, content.reveal()]),
  ]);
  const digest = createHash('sha256').update(all).digest('hex');
  const isSecret = texts.some(({ secrets }) => secrets.length > 0);
  return Text.of(isSecret ? new Secret('install inputs', digest) : digest);
}
