import { asUser, sh, type Script } from '@fairness-deploy/shell';
import { basename } from 'node:path/posix';
import type { Layout } from '../application/layout.js';
import { findWritten } from './find-written.js';
import { filesBeforeInstall, inRepository } from './install-inputs.js';
import { describeRuntime } from '../application/runtime.js';
import type { ReleaseSpec } from './release-spec.js';

/**
 * The files that decide which packages are installed, anywhere in the repository (gitglossary(7),
 * pathspec).
 */
export const LOCKS = [
  'package-lock.json',
  'npm-shrinkwrap.json',
  'yarn.lock',
  'pnpm-lock.yaml',
  'bun.lock',
  'bun.lockb',
];
export const OTHERS = ['package.json', '.npmrc', '.yarnrc', '.yarnrc.yml', 'pnpm-workspace.yaml'];

/**
 * Scripts of a package that run at installing, and that may read anything (docs.npmjs.com, scripts,
 * "npm ci").
 */
const SCRIPTS = String.raw`"(preinstall|install|postinstall|prepublish|preprepare|prepare|postprepare)"[[:space:]]*:`;

/** A package manager's own install command, and nothing else. */
const PLAIN =
  /^\s*(?:npm (?:ci|clean-install|install|i)|(?:yarn|pnpm|bun)(?: install| i)?)(?: --?[\w=.:/@-]+)*\s*$/;

const anywhere = (names: readonly string[]): readonly string[] =>
  names.map((name) => `:(top,glob)**/${name}`);

/**
 * Prints, as the application's user, the key of a release's dependencies: a digest of all inputs
 * that the commit has. Prints a sentence instead when they can't be kept.
 */
export function dependenciesKey(spec: ReleaseSpec, install: string): Script {
  const { release, section } = spec;
  const written = filesBeforeInstall(spec).map(({ path }) => inRepository(spec, path));
  // The commit needn't have what is written: see addInputs().
  const committed = section.installInputs.filter((path) => !written.includes(path));
  const inputs = committed.map((path) => `:(top,literal)${path}`);
  const files = [...anywhere(LOCKS), ...anywhere(OTHERS), ...inputs];
  const isNamed = section.installInputs.length > 0;
  if (!isNamed && written.some((path) => basename(path) === 'package.json')) {
    return unkept(
      '"files" in the section "release" writes a package.json, whose scripts may read anything; name the files that they read as "installInputs"',
    );
  }
  if (!isNamed && !PLAIN.test(install)) {
    return unkept(
      'the command does more than to install them; name the files that it reads as "installInputs" in the section "release"',
    );
  }
  const sources = [section.directory ?? '.', install, describeRuntime(release.runtime)];
  return sh`
    cd -- ${release.path}
    if [ -z "$(git ls-files -- ${anywhere(LOCKS)})" ]; then
      ${unkept('there is no lock file')}
    fi
    ${
      !isNamed
        ? sh`
          if git grep --cached -qE ${SCRIPTS} -- ${anywhere(['package.json'])}; then
            ${unkept('a package.json has scripts that installing runs; name the files that they read as "installInputs" in the section "release"')}
          fi`
        : inputs.length === 0
          ? sh`:`
          : sh`
          if ! git ls-files --error-unmatch -- ${inputs} >/dev/null 2>&1; then
            ${unkept('the commit lacks one of the "installInputs" in the section "release"')}
          fi`
    }
    # Not in a pipe, where a failure would go unnoticed.
    fd_files=$(git ls-files -s -- ${files})
    printf '%s\n' ${sources} "$(uname -m)" "$fd_files" | sha256sum | cut -d ' ' -f 1`;
}

function unkept(why: string): Script {
  return sh`
    printf '%s\n' ${`Dependencies are not kept for the next release: ${why}`}
    exit 0`;
}

const UNKEPT = 'The dependencies could not be kept for the next release';

/**
 * Sets `fd_folders` to the folders of the dependencies. Not in a pipe, where a failure would go
 * unnoticed.
 */
const FIND_FOLDERS: Script = sh`fd_folders=$(find . -type d -name node_modules -prune)`;

/**
 * Takes the dependencies `$fd_key` from the kept ones, and ends with status 0; continues when there
 * are none. The files are shared by reflinks where the file system has them, else by hard links to
 * files that are root's, so that a build can't write through them.
 */
export function takeDependencies({ application, layout, release, section }: ReleaseSpec): Script {
  const root = `${layout.releases}/${release.id}`;
  const staged = `${layout.dependencies}/.${release.id}`;
  const all = `${staged}/all`;
  const own = `${application.user}:`;
  const copy = sh`
    cp -a --reflink=auto -- "$fd_kept" ${all}
    chown -R -h ${own} -- ${all}`;
  const share =
    section.dependencies === 'copy'
      ? copy
      : sh`
        fd_one=$(find "$fd_kept" -type f -print -quit)
        if [ -n "$fd_one" ] && cp --reflink=always -- "$fd_one" ${`${staged}/probe`} 2>/dev/null; then
          ${copy}
        else
          cp -al -- "$fd_kept" ${all}
          find ${all} -depth -type d -exec chown -h ${own} -- {} +
        fi`;
  return sh`
    fd_kept=${layout.dependencies}/"$fd_key"
    if [ -d "$fd_kept" ]; then
      rm -rf -- ${staged}
      # Root's alone, until root has no more work in it.
      mkdir -m 0700 -- ${staged}
      ${share}
      chmod 0755 -- ${staged}
      printf '%s\n' "$fd_key" >${keyFile(layout, release)}
      # Root does nothing where the application's user can write.
      ${asUser(
        application.user,
        sh`
        cd -- ${all}
        ${FIND_FOLDERS}
        printf '%s\n' "$fd_folders" | while IFS= read -r fd_folder; do
          [ -n "$fd_folder" ] || continue
          fd_to=${root}/"$fd_folder"
          mkdir -p -- "\${fd_to%/*}"
          rm -rf -- "$fd_to"
          mv -T -- "$fd_folder" "$fd_to"
        done`,
      )}
      rm -rf -- ${staged}
      echo 'The dependencies are those of a release before'
      exit 0
    fi`;
}

/**
 * Keeps the installed dependencies under `$fd_key`, for the next release. A failure does no harm.
 *
 * The application's user reads and root writes, so that no link leads either astray. Installing
 * has run the code of strangers, and so what comes is not trusted: it may be no device, and be
 * no program that runs as its owner, which is root here.
 */
export function keepDependencies(spec: ReleaseSpec): Script {
  const { application, layout, release } = spec;
  const root = `${layout.releases}/${release.id}`;
  const staged = `${layout.dependencies}/.${release.id}.new`;
  return sh`
    fd_other=$(
      ${asUser(application.user, findWritten(spec))}
    ) || {
      echo ${UNKEPT}
      exit 0
    }
    if [ -n "$fd_other" ]; then
      printf 'Dependencies are not kept for the next release: installing writes %s, too\n' "$fd_other"
      exit 0
    fi
    fd_keep() {
      umask 022
      rm -rf -- ${staged} || return 1
      mkdir -m 0700 -- ${staged} || return 1
      mkdir -- ${`${staged}/all`} || return 1
      {
        if
        ${asUser(
          application.user,
          sh`
          cd -- ${root}
          ${FIND_FOLDERS}
          # A name with a line break is not found like that, and then nothing is kept.
          printf '%s\n' "$fd_folders" | sed '/^$/d' | tr '\n' '\0' | tar --create --null --files-from=- --file=-`,
        )}
        then : >${`${staged}/whole`}; fi
      } | setpriv --bounding-set=-all --inh-caps=-all --no-new-privs -- \
        tar --extract --no-same-owner --no-same-permissions --no-overwrite-dir --file=- --directory=${`${staged}/all`} || return 1
      [ -e ${`${staged}/whole`} ] || return 1
      # The application's group can read what its user could.
      chown -R -h ${`root:${application.user}`} -- ${`${staged}/all`} || return 1
      chmod -R g=u,g-w,o-w -- ${`${staged}/all`} || return 1
      # After a power cut, it must not have a name without its content.
      sync -f ${staged} || return 1
      mv -T -- ${`${staged}/all`} ${layout.dependencies}/"$fd_key" || return 1
      printf '%s\n' "$fd_key" >${keyFile(layout, release)}
    }
    fd_keep || echo ${UNKEPT}
    rm -rf -- ${staged} || :`;
}

/**
 * The file that names a release's dependencies. Without it, they are removed with the last release
 * that names any.
 */
export function keyFile({ dependencies }: Layout, { id }: { readonly id: string }): string {
  return `${dependencies}/${id}.key`;
}

/** Removes, in the application's home, the dependencies that no existing release uses. */
export function pruneDependencies(layout: Layout): Script {
  return sh`
    for fd_file in ${layout.dependencies}/*.key; do
      fd_id=\${fd_file##*/}
      [ -d ${layout.releases}/"\${fd_id%.key}" ] || rm -f -- "$fd_file"
    done
    rm -rf -- ${layout.dependencies}/.[0-9]*
    for fd_folder in ${layout.dependencies}/*/; do
      fd_folder=\${fd_folder%/}
      cat ${layout.dependencies}/*.key 2>/dev/null | grep -qx -e "\${fd_folder##*/}" || rm -rf -- "$fd_folder"
    done`;
}
