import { asUser, fail, lines, notice, sh, type Script } from '@fairness-deploy/shell';
import {
  POINTER_BEGINNING,
  POINTER_BYTES,
  POINTER_HINT,
  SUBMODULE_HINT,
} from '../git/unsent-files.js';
import { LOCKS, OTHERS } from './dependencies.js';
import { contentOf, type ReleaseSpec } from './release-spec.js';

/** Seconds for the work as the application's user, who decides what is in the repository. */
const LOOK_TIMEOUT_SECONDS = 60;

/** The most names of files in a message. */
const SHOWN = 3;

/**
 * Looks at a commit that has just come, before it is checked out: refuses one whose application would
 * lack files, where the client could not see that, and says how it differs from the live one.
 */
export function lookAtCommit(spec: ReleaseSpec): Script {
  return lines(
    ...(spec.section.origin.via === 'fetch' ? [refuseUnsentFiles(spec)] : []),
    ...(spec.live === undefined ? [] : [compareWithLive(spec, spec.live)]),
  );
}

/** The same as findUnsent() and refuseUnsent() on the client. */
function refuseUnsentFiles({ application, layout, release, section }: ReleaseSpec): Script {
  const tree = sh`git -C ${layout.repository} -c core.quotePath=false ls-tree -r -l --full-tree ${release.commit} ${
    section.directory === undefined ? [] : ['--', section.directory]
  }`;
  const begin = `Cannot deploy ${release.commit.slice(0, 10)}`;
  return sh`
    fd_unsent=$(
    ${asUser(
      application.user,
      sh`
      LC_ALL=C
      export LC_ALL
      GIT_LITERAL_PATHSPECS=1
      export GIT_LITERAL_PATHSPECS
      fd_tree=$(
      ${tree}
      )
      printf '%s\n' "$fd_tree" | awk -F '\t' 'split($1, part, " ") && part[2] == "commit" { print "submodule " $2 }' | head -n ${SHOWN}
      fd_small=$(printf '%s\n' "$fd_tree" | awk -v least=${POINTER_BYTES.least} -v most=${POINTER_BYTES.most} '$2 == "blob" && $4 >= least && $4 <= most { print $3 }' | sort -u)
      [ -n "$fd_small" ] || exit 0
      printf '%s\n' "$fd_small" | git -C ${layout.repository} cat-file --batch |
        awk -v begins=${POINTER_BEGINNING} 'split(last, part, " ") == 3 && part[2] == "blob" && index($0, begins) == 1 { print part[1] } { last = $0 }' |
        head -n ${SHOWN} | while read -r fd_pointer; do
        printf '%s\n' "$fd_tree" | awk -F '\t' -v hash="$fd_pointer" 'split($1, part, " ") && part[3] == hash { print "pointer " $2 }'
      done | head -n ${SHOWN}`,
      LOOK_TIMEOUT_SECONDS,
    )}
    ) || ${fail(`${begin}: its files cannot be listed`, 'deploy again')}
    fd_cut=$(printf '%s\n' "$fd_unsent" | sed -n 's/^submodule //p')
    if [ -n "$fd_cut" ]; then
      printf ${`${begin}: it has submodules, which git does not send: %s\n  → ${SUBMODULE_HINT}\n`} "$(printf '%s' "$fd_cut" | tr '\n' ' ')" >&2
      exit 1
    fi
    fd_cut=$(printf '%s\n' "$fd_unsent" | sed -n 's/^pointer //p')
    if [ -n "$fd_cut" ]; then
      printf ${`${begin}: these files are in Git LFS, and the host would get pointers to them: %s\n  → ${POINTER_HINT}\n`} "$(printf '%s' "$fd_cut" | tr '\n' ' ')" >&2
      exit 1
    fi`;
}

/**
 * Says when the commit does not descend from the live one, and when it changes nothing of the
 * application. Root says it, as no program of the application may mark its words as ours.
 */
function compareWithLive(spec: ReleaseSpec, live: NonNullable<ReleaseSpec['live']>): Script {
  const { application, layout, release, section, artifact } = spec;
  // Artifacts have no history, and are compared with artifacts only.
  if ((live.artifact === undefined) !== (artifact === undefined)) return sh`:`;
  const content = contentOf(spec);
  const before = live.artifact ?? live.commit;
  if (before === content) return sh`:`;
  const repository = sh`git -C ${layout.repository}`;
  const [now, then] = [release.commit, live.commit].map((commit) => commit.slice(0, 10));
  const { directory } = section;
  const what =
    directory === undefined ? 'no file' : `nothing in ${directory}, nor a lock file beside it`;
  const tree = (commit: string): Script =>
    directory === undefined
      ? sh`${repository} rev-parse ${`${commit}^{tree}`}`
      : sh`${repository} ls-tree --full-tree ${commit} -- ${[directory, ...LOCKS, ...OTHERS]}`;
  const ancestry =
    artifact === undefined
      ? sh`
        if ! ${repository} merge-base --is-ancestor ${before} ${content}; then
          if ${repository} merge-base --is-ancestor ${content} ${before}; then
            printf 'older %s\n' "$(${repository} rev-list --count ${`${content}..${before}`})"
          else
            printf 'apart %s\n' "$(${repository} rev-list --count ${`${content}..${before}`})"
          fi
        fi`
      : sh`:`;
  return sh`
    fd_looked=$(
    ${asUser(
      application.user,
      sh`
      GIT_LITERAL_PATHSPECS=1
      export GIT_LITERAL_PATHSPECS
      exec 2>/dev/null
      # An earlier history may be incomplete.
      ${repository} cat-file -e ${before} || exit 0
      ${ancestry}
      [ "$(
      ${tree(before)}
      )" != "$(
      ${tree(content)}
      )" ] || echo same`,
      LOOK_TIMEOUT_SECONDS,
    )}
    ) || fd_looked=
    printf '%s\n' "$fd_looked" | while read -r fd_kind fd_count; do
      case $fd_count in *[!0-9]*) continue ;; esac
      case $fd_kind in
        older) printf ${notice(`Commit ${now ?? ''} is older than the live commit ${then ?? ''}, by %s`)}'\n' "$fd_count" ;;
        apart) printf ${notice(`Commit ${now ?? ''} does not descend from the live commit ${then ?? ''}: its branch was rewritten (a force-push), or is another one. It lacks %s of the live commits`)}'\n' "$fd_count" ;;
        same) printf '%s\n' ${notice(`Commit ${now ?? ''} changes ${what} compared with the live commit ${then ?? ''}`)} ;;
      esac
    done`;
}
