import { HintedError } from '@fairness-deploy/shell/text';
import { defineResource } from '../resource/define-resource.js';
import { enterFolder, fail, type Script, sh } from '@fairness-deploy/shell';
import { MAKE_FOLDER } from '../resource-parts/path.js';
import {
  checkOwnMirror,
  curlFrom,
  DEFAULT_MIRROR,
  findArchitecture,
  isSafeMirror,
} from './node-mirror.js';

/** The identity of a runtime. */
export interface NodeRuntimeIdentity {
  /** Exact: `20.19.2`. */
  readonly version: string;
}

/** Node.js of an exact version. */
export interface NodeRuntimeSpec extends NodeRuntimeIdentity {
  /** The source of the archives, in the layout of nodejs.org/dist; default: that. */
  readonly mirror?: string;
  /** SHA-256 of the archive for the host's processor, in hex; default: the mirror's own list. */
  readonly sha256?: string;
}

interface NodeRuntimeState {
  readonly version: string;
}

/** Debian packages without which a runtime can't be fetched and unpacked. */
export const NODE_RUNTIME_PACKAGES: readonly string[] = ['ca-certificates', 'curl', 'xz-utils'];

/** The folder of a version; its programs are in `bin`. Several versions live side by side. */
export function nodeFolder(version: string): string {
  return `/opt/node/${version}`;
}

/** Where one is unpacked, and where half a one may be: installing it removes the rest. */
export function stagedNode(version: string): string {
  return `/opt/node/.${version}.fd-new`;
}

/**
 * Node.js of an exact version, from the official archives or a mirror of them, in a folder of its
 * own under /opt/node. No link leads there: programs name their version, see {@link nodeFolder}.
 * The archive must have the given checksum, or the one in the mirror's SHASUMS256.txt, which is
 * only as safe as the connection to the mirror.
 *
 * @throws RangeError when the version isn't exact, the mirror isn't an address, or is one of plain
 *   http and no checksum is given.
 */
export const nodeRuntime = defineResource<
  NodeRuntimeSpec,
  NodeRuntimeState,
  NodeRuntimeIdentity & Partial<NodeRuntimeSpec>
>({
  type: 'node',
  name: ({ version }) => version,
  check: checkSpec,
  // The folder came by a rename of a complete one, so the programs are proof enough.
  read: ({ version }) => sh`
    if ${isInstalled(version)}; then
      printf %s ${version}
    fi`,
  parse: (output) => ({ version: output }),
  desired: ({ version }) => ({ version }),
  write: install,
  remove: ({ version }) => sh`rm -rf --one-file-system -- ${nodeFolder(version)}`,
  owns: ({ version }) => [{ kind: 'node', name: version }],
  follows: () => ['apt:packages'],
});

/**
 * Installs a version of Node.js unless it is there, for a step of a job. Runs as root, in a subshell
 * of its own.
 *
 * @param missing runs before it is installed
 * @throws RangeError as {@link nodeRuntime} does.
 */
export function installNode(spec: NodeRuntimeSpec, missing: Script = sh`:`): Script {
  checkSpec(spec);
  return sh`
    if ! ${isInstalled(spec.version)}; then
      ${missing}
      ${install(spec)}
    fi`;
}

function isInstalled(version: string): Script {
  const bin = `${nodeFolder(version)}/bin`;
  return sh`{ [ -x ${`${bin}/node`} ] && [ -x ${`${bin}/npm`} ]; }`;
}

/** @throws RangeError or HintedError: see {@link nodeRuntime}. */
function checkSpec({ version, mirror, sha256 }: NodeRuntimeIdentity & Partial<NodeRuntimeSpec>) {
  if (!/^\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(version)) {
    throw new RangeError(
      `Cannot install Node.js ${JSON.stringify(version)}: expected an exact version, such as 20.19.2`,
    );
  }
  if (mirror !== undefined && !/^https?:\/\/[\x21-\x7e]+$/.test(mirror)) {
    throw new RangeError(
      `Cannot fetch Node.js from ${JSON.stringify(mirror)}: expected an address such as ${DEFAULT_MIRROR}`,
    );
  }
  if (mirror !== undefined && sha256 === undefined && !isSafeMirror(mirror)) {
    throw new HintedError(
      `Cannot fetch Node.js from ${JSON.stringify(mirror)}: anybody on the way could change it`,
      { hint: 'use https, or give the sha256 of the archive' },
    );
  }
}

/** The archive's checksum as the mirror lists it, as `fd_wanted`. */
function listedChecksum(base: string): Script {
  return sh`
    fd_fetch SHASUMS256.txt
    fd_wanted=
    while read -r fd_sum fd_name; do
      [ "$fd_name" != "$fd_archive" ] || fd_wanted=$fd_sum
    done <"$fd_new/SHASUMS256.txt"
    if [ -z "$fd_wanted" ]; then
      printf 'Cannot install Node.js: %s does not list %s\n' ${`${base}/SHASUMS256.txt`} "$fd_archive" >&2
      exit 1
    fi`;
}

function install({ version, mirror: given = DEFAULT_MIRROR, sha256 }: NodeRuntimeSpec): Script {
  const mirror = given.replace(/\/+$/, '');
  const folder = nodeFolder(version);
  const base = `${mirror}/v${version}`;
  return sh`
    umask 022
    ${sha256 === undefined ? checkOwnMirror(mirror) : sh`:`}
    (
    ${enterFolder('/opt/node', { failure: `Cannot install Node.js ${version}`, owner: 'root', parents: true, missing: MAKE_FOLDER, lasting: true })}
    )
    ${findArchitecture('Cannot install Node.js')}
    for fd_program in curl xz; do
      command -v "$fd_program" >/dev/null || ${fail(`Cannot install Node.js ${version}: it takes the packages ${NODE_RUNTIME_PACKAGES.join(', ')}`, 'declare them with aptPackages()')}
    done
    fd_new=${stagedNode(version)}
    rm -rf -- "$fd_new"
    trap 'rm -rf -- "$fd_new"' EXIT
    mkdir "$fd_new" "$fd_new/node"
    fd_archive=${`node-v${version}-linux-`}$fd_arch.tar.xz
    fd_fetch() {
      ${curlFrom(mirror)} --output "$fd_new/$1" -- ${base}/"$1" || {
        printf 'Cannot fetch %s: curl says why above\n  → check that the version exists there\n' ${base}/"$1" >&2
        exit 1
      }
    }
    ${sha256 === undefined ? listedChecksum(base) : sh`fd_wanted=${sha256}`}
    printf 'Fetching %s\n' ${base}/"$fd_archive"
    fd_fetch "$fd_archive"
    fd_sum=$(sha256sum <"$fd_new/$fd_archive")
    if [ "\${fd_sum%% *}" != "$fd_wanted" ]; then
      printf 'Cannot install Node.js: %s has the checksum %s, not %s\n' ${base}/"$fd_archive" "\${fd_sum%% *}" "$fd_wanted" >&2
      exit 1
    fi
    tar -xJf "$fd_new/$fd_archive" -C "$fd_new/node" --strip-components=1 --no-same-owner
    fd_runs=$("$fd_new/node/bin/node" --version)
    if [ "$fd_runs" != ${`v${version}`} ]; then
      printf 'Cannot install Node.js: %s holds version %s\n' ${base}/"$fd_archive" "$fd_runs" >&2
      exit 1
    fi
    sync -f "$fd_new"
    # Only a damaged one can be there.
    [ ! -e ${folder} ] || mv -T -- ${folder} "$fd_new/old"
    mv -T -- "$fd_new/node" ${folder}`;
}
