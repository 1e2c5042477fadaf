import {
  byColour,
  enterReleases,
  findColour,
  findReleaseId,
  layoutOf,
  RELEASE_ID_GLOB,
  type Layout,
  type PluginStep,
  type Release,
} from '@fairness-deploy/release';
import type { Application } from '@fairness-deploy/core';
import { asUser, literal, notice, sh, type Script } from '@fairness-deploy/shell';
import { WORKER } from './front.js';
import { forEachRoute, forEachRouteIn, ROUTES_FILE } from './routes-file.js';
import { linkToTree, staticLink, staticTrees } from './static-tree.js';

/** Seconds for the work as the application's user, who decides how much there is to do. */
const COPY_TIMEOUT_SECONDS = 600;
const REMOVE_TIMEOUT_SECONDS = 600;

/**
 * Copies the static files of a release to where nginx may read them, and removes the copies of
 * releases that are gone. The release itself is closed to nginx: it has files that nobody may get, such
 * as .env. The copy is the application's as well, so that root opens nothing in it.
 */
export function staticSteps(application: Application, release: Release): readonly PluginStep[] {
  const layout = layoutOf(application);
  const trees = staticTrees(layout);
  const tree = `${trees}/${release.id}`;
  const routes = `${tree}.routes`;
  return [
    {
      phase: 'start',
      name: 'static files',
      run: sh`
        ${findColour(layout, release)}
        ${byColour('fd_colour', (colour) => sh`fd_link=${staticLink(layout, colour)}`)}
        fd_has=
        ${forEachRoute(application, release.id, sh`[ "$fd_kind" = process ] || fd_has=yes`)}
        if [ -z "$fd_has" ]; then
          rm -f -- "$fd_link"
          exit 0
        fi
        ${enterReleases(layout, 'Cannot copy the static files')}
        [ -d ${trees} ] || mkdir -m 0755 -- ${trees}
        # For the application's user, who may not read the original.
        cp -- ${`${layout.configuration}/${release.id}/${ROUTES_FILE}`} ${`${routes}.new`}
        chmod 0644 -- ${`${routes}.new`}
        mv -fT -- ${`${routes}.new`} ${routes}
        [ -d ${tree} ] || mkdir -m 0700 -- ${tree}
        chown ${application.user}:${WORKER} -- ${tree}
        chmod 2750 -- ${tree}
        ${asUser(
          application.user,
          sh`
          umask 027
          cd -- ${tree}
          # What visitors get of a release that restarts stays as it is.
          ${release.restarts ? sh`{ [ ! -d own ] || [ ! -d all ]; } || exit 0` : sh`:`}
          [ -d own ] || {
            ${copyOwn(layout, release, routes)}
          }
          ${linkKept(trees, routes)}`,
          COPY_TIMEOUT_SECONDS,
        )}
        rm -f -- "$fd_link.new"
        ln -s -- ${linkToTree(release)} "$fd_link.new"
        sync -f ${trees}
        mv -fT -- "$fd_link.new" "$fd_link"`,
      // A later deployment or rollback copies them again.
      undo: sh`
        ${findReleaseId(`${layout.live}/release`, sh`fd_id=`)}
        [ "$fd_id" = ${release.id} ] || timeout ${REMOVE_TIMEOUT_SECONDS} rm -rf --one-file-system -- ${tree} ${routes}`,
    },
    {
      phase: 'clean',
      place: 'last',
      name: 'prune static files',
      run: sh`
        ${findColour(layout, release)}
        ${byColour('fd_other', (colour) => sh`rm -f -- ${staticLink(layout, colour)}`)}
        [ -d ${trees} ] || exit 0
        ${enterReleases(layout, 'Cannot prune the static files')}
        for fd_tree in ${trees}/${literal(RELEASE_ID_GLOB)}*; do
          fd_id=\${fd_tree##*/}
          fd_id=\${fd_id%.routes*}
          [ -d ${layout.releases}/"$fd_id" ] ||
            timeout ${REMOVE_TIMEOUT_SECONDS} rm -rf --one-file-system -- "$fd_tree" || :
        done`,
    },
  ];
}

/**
 * Makes `own`, whole or not at all. The copies are new: nginx tells files of one size apart by their
 * time (ETag), and builds may set that to always the same.
 */
function copyOwn(layout: Layout, release: Release, routes: string): Script {
  const root = `${layout.releases}/${release.id}`;
  return sh`
    rm -rf own.new
    mkdir own.new
    fd_root=$(cd -P -- ${root} && pwd -P)
    ${forEachRouteIn(
      routes,
      sh`
      [ "$fd_kind" != process ] || continue
      fd_to=own.new/$fd_1$fd_2
      fd_to=\${fd_to%/}
      if [ "$fd_kind" = shared ]; then
        fd_from=$(readlink -e -- ${layout.sharedFolders}/"$fd_3") ||
          { printf 'Cannot serve the shared folder %s at %s: there is none\n  → name it in the section "release": shared: [%s]\n' "$fd_3" "$fd_path" "$fd_3" >&2; exit 1; }
        mkdir -p -- "\${fd_to%/*}"
        ln -s -- "$fd_from" "$fd_to"
      else
        fd_from=$(cd -P -- ${release.path}/"$fd_3" 2>/dev/null && pwd -P) ||
          { printf 'Cannot serve %s at %s: the release has no such folder\n  → name a folder of the repository, or one that the build makes\n' "$fd_3" "$fd_path" >&2; exit 1; }
        case $fd_from/ in
          "$fd_root"/*) ;;
          *) printf 'Cannot serve %s at %s: a link leads out of the release, to %s\n  → name a folder of the release\n' "$fd_3" "$fd_path" "$fd_from" >&2; exit 1 ;;
        esac
        mkdir -p -- "$fd_to"
        cp -r --no-dereference --reflink=auto -- "$fd_from/." "$fd_to"
        ${REMOVE_HIDDEN}
        ${followLinks(layout)}
        ${REMOVE_HIDDEN}
      fi
      [ "$fd_4" = - ] || [ -f "$fd_to/$fd_4" ] ||
        { printf 'Cannot serve %s at %s: it has no file %s\n  → name a file of the folder, as the repository or the build makes it\n' "$fd_3" "$fd_path" "$fd_4" >&2; exit 1; }`,
    )}
    mv -T -- own.new own`;
}

/** Removes hidden files such as .git and .env, and PHP scripts; not .well-known (RFC 8615). */
const REMOVE_HIDDEN = sh`find "$fd_to" -mindepth 1 '(' -name '.*' ! -name .well-known -o -iname '*.php' -o -iname '*.phtml' -o -iname '*.phar' ')' -prune -exec rm -rf -- {} +`;

/**
 * Replaces each link of the copy `$fd_to` by what it leads to in `$fd_from`. Shared folders stay
 * where they are: nginx would show them as they were at the deployment.
 */
function followLinks({ sharedFolders }: Layout): Script {
  const each = sh`
    for fd_path; do
      fd_real=$(readlink -e -- "$fd_from/$fd_path") || {
        printf 'Cannot serve %s: the link %s leads nowhere\n  → remove it from the folder, or make what it leads to\n' "$fd_from" "$fd_path" >&2
        exit 1
      }
      rm -f -- "$fd_to/$fd_path"
      case $fd_real/ in
        "$fd_shared"/*) printf ${notice('%s leads to a shared folder, which is not copied; serve it by a path of its own: { shared: %s }')}'\n' "$fd_path" "\${fd_real#"$fd_shared"/}" ;;
        *) cp -rL --reflink=auto -- "$fd_real" "$fd_to/$fd_path" ;;
      esac
    done`;
  return sh`
    fd_shared=$(readlink -m -- ${sharedFolders})
    find "$fd_to" -type l -printf '%P\0' |
      fd_from=$fd_from fd_to=$fd_to fd_shared=$fd_shared xargs -0 -r sh -euc ${each.text} sh || exit 1`;
}

/**
 * Makes `all`: the files of immutable routes together with those of the other releases on the host,
 * the newest first, for pages that were opened before the switch. Links to one file take no room.
 */
function linkKept(trees: string, routes: string): Script {
  return sh`
    rm -rf all.new all.old
    mkdir all.new
    ${forEachRouteIn(
      routes,
      sh`
      [ "$fd_kind" = kept ] || continue
      cp -rl -- own/"$fd_1" all.new
      set --
      for fd_other in ${trees}/${literal(RELEASE_ID_GLOB)}/own/"$fd_1"; do
        [ ! -d "$fd_other" ] || set -- "$fd_other" "$@"
      done
      for fd_other; do
        # A folder where this release has a file, or the other way round: this release's counts.
        cp -rln -- "$fd_other/." all.new/"$fd_1" 2>/dev/null || :
      done`,
    )}
    [ ! -d all ] || mv -T -- all all.old
    mv -T -- all.new all
    rm -rf all.old`;
}
