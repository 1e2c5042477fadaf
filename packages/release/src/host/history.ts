import { sh, type Script } from '@fairness-deploy/shell';
import { type ReleaseStep } from '../order/release-step.js';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import type { Deployment } from './history-entry.js';
import { findMigrated, forgetMigrated } from './migrated.js';

/** Where a host's history is. Root's alone. */
export interface HistoryFiles {
  /** A line of JSON for each deployment that has ended. */
  readonly history: string;
  /** The deployment that runs, or was interrupted. */
  readonly pending: string;
}

/**
 * Prints the good releases, the newest first, for steps that have nothing but a shell: a line each
 * of release, commit and time. Nothing when there is no history.
 */
export function printGoodReleases(file: string): Script {
  // The beginning of a line as writeEntry() writes it, and its end, which a torn line lacks: that of
  // the phases and of all. sed prints nothing of any other line.
  const form = [
    ['release', String.raw`\([0-9]\{8\}-[0-9]\{6\}-[0-9a-f]\{7\}\)`],
    ['outcome', 'good'],
    ['commit', String.raw`\([0-9a-f]\{40\}\|[0-9a-f]\{64\}\)`],
    ['configuration', String.raw`[0-9a-f]\{64\}`],
    ['finished', String.raw`\([0-9TZ:-]*\)`],
  ].map(([key = '', value = '']) => `"${key}":"${value}"`);
  return sh`
    if [ -f ${file} ]; then
      tac -- ${file} | sed -n ${String.raw`s/^{${form.join(',')},.*}}$/\1 \2 \3/p`} | awk '!seen[$1]++'
    fi`;
}

/**
 * Records the beginning of a deployment, and the end of an earlier one that did not record its own.
 */
export function beginEntry(files: HistoryFiles, about: Deployment): Script {
  return sh`
    umask 077
    # First, so that nothing is written when the disk is full.
    printf '%s\n' ${pendingLines(about)} >${files.pending}.new
    sync -- ${files.pending}.new
    if [ -s ${files.pending} ]; then
      { read -r fd_release fd_commit fd_configuration && IFS= read -r fd_rest; } <${files.pending} || fd_rest=
      if [ -n "$fd_rest" ]; then
        fd_outcome=interrupted fd_phases='' fd_culprit=
        ${writeEntry(files)}
      fi
    fi
    ${forgetMigrated(files)}
    mv -fT -- ${files.pending}.new ${files.pending}`;
}

/**
 * Records how the deployment ended, in the job's `conclude` (see {@link Job.conclude}).
 *
 * @param steps the job's, in their order
 */
export function concludeEntry(
  files: HistoryFiles,
  about: Deployment,
  steps: readonly Pick<ReleaseStep, 'name' | 'phase'>[],
): Script {
  const { release, commit, configuration } = about;
  const [head, rest] = pendingLines(about);
  return sh`
    umask 077
    # A decimal point in numbers, in any language of the client.
    LC_ALL=C
    export LC_ALL
    fd_release=${release} fd_commit=${commit} fd_configuration=${secretDigest(configuration)}
    fd_rest=${rest}
    fd_outcome=good fd_culprit=
    [ -e "$FD_STEPS" ] || : >"$FD_STEPS"
    if [ "$FD_FAILED" != 0 ]; then
      fd_outcome=failed
      [ "$FD_CANCELLED" = 0 ] || fd_outcome=cancelled
      fd_names=${steps.map(({ name }) => JSON.stringify(name)).join('\n')}
      fd_place=$(awk '$2 != 0 { print $1 + 1; exit }' "$FD_STEPS")
      [ -z "$fd_place" ] || fd_culprit=,\"failed\":$(printf '%s\n' "$fd_names" | sed -n "\${fd_place}p")
    fi
    fd_phases=$(awk -v list=${steps.map(({ phase }) => phase).join(' ')} '
      BEGIN { split(list, phase, " ") }
      {
        name = phase[$1 + 1]
        if (!(name in seconds)) order[++count] = name
        seconds[name] += $4 - $3
      }
      END { for (at = 1; at <= count; at++) printf "%s\"%s\":%.2f", (at > 1 ? "," : ""), order[at], seconds[order[at]] }
    ' "$FD_STEPS")
    ${writeEntry(files)}
    # A deployment that failed to begin leaves an earlier one's record there: the next one reports
    # it.
    if [ "$(cat -- ${files.pending} 2>/dev/null || :)" = "$(printf '%s\n' ${[head, rest]})" ]; then
      rm -f -- ${files.pending}
      ${forgetMigrated(files)}
    fi`;
}

/** What the file of the deployment that is under way holds: what the shell reads, and the rest as JSON. */
function pendingLines(about: Deployment): readonly [Text, Text] {
  const { release, commit, configuration, build, migrationsDigest, ...rest } = about;
  const others = { ...rest, migrations: migrationsDigest };
  return [
    Text.of(`${release} ${commit} `, secretDigest(configuration)),
    Text.of('"build":"', secretDigest(build), `",${JSON.stringify(others).slice(1, -1)}`),
  ];
}

/** Its inputs may be secrets, and short ones could be guessed from it. */
function secretDigest(digest: string): Secret {
  return new Secret('digest', digest);
}

/** Appends a line of the shell variables, and flushes it to the disk. */
function writeEntry(files: HistoryFiles): Script {
  const { history } = files;
  return sh`
    ${findMigrated(files)}
    # A power cut may have left the last line incomplete.
    if [ -s ${history} ] && [ -n "$(tail -c 1 -- ${history})" ]; then
      echo >>${history}
    fi
    printf '{"release":"%s","outcome":"%s","commit":"%s","configuration":"%s","finished":"%s",%s,"phases":{%s}%s%s}\n' \
      "$fd_release" "$fd_outcome" "$fd_commit" "$fd_configuration" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$fd_rest" "$fd_phases" "$fd_culprit" "$fd_migrated" >>${history}
    sync -- ${history}`;
}
