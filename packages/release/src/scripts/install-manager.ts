import { enterFolder, fail, lines, sh, type Script } from '@fairness-deploy/shell';
import { nodeFolder } from '@fairness-deploy/core/resources';
import { managerFolder, type PackageManager, type Runtime } from '../application/runtime.js';

/** The package of a manager on the registry: Yarn's own package ends with version 1. */
function packageOf({ name, version }: PackageManager): string {
  return name === 'yarn' && !/^[01]\./.test(version) ? '@yarnpkg/cli-dist' : name;
}

/** The programs of a manager, and the files that they may be in, without their extension. */
const PROGRAMS = {
  pnpm: [
    ['pnpm', 'bin/pnpm'],
    ['pnpx', 'bin/pnpx'],
  ],
  yarn: [
    ['yarn', 'bin/yarn'],
    ['yarnpkg', 'bin/yarn'],
  ],
} as const;

/**
 * Installs a package manager of an exact version unless it is there: its published package, which
 * npm fetches from the host's registry and checks by the registry's digest. None of its scripts run.
 * It has no dependencies, except pnpm from version 12 on: the package with the program for the
 * host's processor, which takes the place of its placeholders as its own install.js has it.
 *
 * Not by corepack: Node.js 25 comes without it, and it fetches at the moment of use, as the user of
 * the application, who could then change what later releases install with.
 *
 * @param hash the digest that package.json names, as corepack computes it: of Yarn from version 2 on
 *   that of its one file, else that of the package
 */
export function installManager(
  manager: PackageManager,
  { node }: Pick<Runtime, 'node'>,
  hash: string | undefined,
  missing: Script,
): Script {
  const { name, version } = manager;
  const folder = managerFolder(manager);
  const parent = folder.slice(0, folder.lastIndexOf('/'));
  const title = `${name} ${version}`;
  const failure = `Cannot install ${title}`;
  return sh`
    if [ ! -x ${`${folder}/bin/${name}`} ]; then
      ${missing}
      umask 022
      (
      ${enterFolder(parent, { failure, owner: 'root', parents: true, missing: 'provision first', lasting: true })}
      )
      fd_new=${`${parent}/.${version}.fd-new`}
      rm -rf -- "$fd_new"
      trap 'rm -rf -- "$fd_new"' EXIT
      mkdir -- "$fd_new" "$fd_new/made" "$fd_new/made/bin" "$fd_new/made/package"
      cd -- "$fd_new"
      PATH=${`${nodeFolder(node)}/bin`}:/usr/sbin:/usr/bin:/sbin:/bin
      npm_config_cache=$fd_new/cache npm_config_update_notifier=false
      export PATH npm_config_cache npm_config_update_notifier
      # Debian's place for the settings of all users; Node.js' own npm looks beside itself.
      if [ -f /etc/npmrc ]; then
        npm_config_globalconfig=/etc/npmrc
        export npm_config_globalconfig
      fi
      printf '%s\n' ${`Fetching ${title}`}
      npm pack --silent --ignore-scripts ${`${packageOf(manager)}@${version}`} >/dev/null ||
        ${fail(`${failure}: npm cannot fetch ${packageOf(manager)}@${version}, and says why above`, 'check that the version exists, and that the host reaches the registry: npm view')}
      tar -xzf ./*.tgz -C made/package --strip-components=1 --no-same-owner --no-same-permissions
      ${checkHash(manager, hash, failure)}
      ${name === 'pnpm' ? takeNative(version, failure) : sh`fd_native=`}
      fd_program() {
        for fd_file in \${fd_native:+"$1"} "$2.cjs" "$2.mjs" "$2.js"; do
          if [ -f "made/package/$fd_file" ]; then
            chmod 0755 -- "made/package/$fd_file"
            ln -sT -- "../package/$fd_file" "made/bin/$1"
            return 0
          fi
        done
      }
      ${lines(...PROGRAMS[name].map(([program, file]) => sh`fd_program ${program} ${file}`))}
      [ -x ${`made/bin/${name}`} ] || ${fail(`${failure}: its package has no program ${name}`, 'name another version in package.json')}
      sync -f .
      # Only a damaged one can be there.
      [ ! -e ${folder} ] || mv -T -- ${folder} old
      mv -T -- made ${folder}
    fi`;
}

/** Sets `fd_native` to the package with pnpm's program, or to nothing where pnpm is JavaScript. */
function takeNative(version: string, failure: string): Script {
  return sh`
    case $(uname -m) in
      x86_64) fd_native=@pnpm/exe.linux-x64 ;;
      aarch64) fd_native=@pnpm/exe.linux-arm64 ;;
      *) fd_native=@pnpm/exe.linux-$(uname -m) ;;
    esac
    if grep -qF '"@pnpm/exe.linux-x64"' made/package/package.json; then
      mkdir native
      npm pack --silent --ignore-scripts --pack-destination native "$fd_native"@${version} >/dev/null || {
        printf '%s: npm cannot fetch %s, and says why above\n' ${failure} "$fd_native"@${version} >&2
        exit 1
      }
      tar -xzf native/*.tgz -C native --strip-components=1 --no-same-owner --no-same-permissions package/pnpm
      for fd_file in pnpm pnpx; do ln -fT -- native/pnpm "made/package/$fd_file"; done
    else
      fd_native=
    fi`;
}

function checkHash(manager: PackageManager, hash: string | undefined, failure: string): Script {
  if (hash === undefined) return sh`:`;
  const [algorithm = '', digits = ''] = hash.split('.');
  const sum = `${algorithm}sum`;
  const digest =
    packageOf(manager) === manager.name
      ? sh`cat -- ./*.tgz | ${sum}`
      : sh`${sum} <made/package/bin/yarn.js`;
  return sh`
    fd_sum=$(${digest})
    if [ "\${fd_sum%% *}" != ${digits} ]; then
      printf '%s: its %s is %s, and package.json has %s\n' ${failure} ${algorithm} "\${fd_sum%% *}" ${digits} >&2
      printf '  → %s\n' 'find out who is right before you change "packageManager" in package.json' >&2
      exit 1
    fi`;
}
