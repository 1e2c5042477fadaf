import type { Application, Finding } from '@fairness-deploy/core';
import { sh, withRightsOf, type Script } from '@fairness-deploy/shell';
import { findReleaseId } from '../application/colour.js';
import type { Layout } from '../application/layout.js';
import { BIN } from '../application/runtime.js';
import type { HistoryEntry } from './history-entry.js';

/** How many files are named. */
const NAMED = 5;

/** Seconds after its end in which a deployment may still touch files. */
const MARGIN_SECONDS = 5;

/** What the application's user may print, and how long its programs may take. */
const [OWN_BYTES, OWN_SECONDS] = [16_384, 6];

/**
 * Prints what has become of the live release since it was deployed, a line each: `missing` and `changed` files
 * of root's that it starts with; `edited` files of its commit; `denied` what its user cannot use;
 * `node` the version of its Node.js. Nothing when there is no good release.
 */
export function inspectLive(layout: Layout, { user }: Pick<Application, 'user'>): Script {
  const { live, history, variables, configuration, releases } = layout;
  return sh`
    ${findReleaseId(`${live}/release`, sh`exit 0`)}
    fd_entry=$(tac -- ${history} 2>/dev/null | grep -m 1 -F "{\"release\":\"$fd_id\",\"outcome\":\"good\",") || exit 0
    fd_finished=$(printf '%s\n' "$fd_entry" | sed -n 's/.*[,{]"finished":"\([^"]*\)".*/\1/p')
    fd_since=@$(($(date -d "$fd_finished" +%s) + ${MARGIN_SECONDS}))
    for fd_path in ${variables}/"$fd_id" ${configuration}/"$fd_id" ${releases}/"$fd_id"; do
      [ -e "$fd_path" ] || printf 'missing %s\n' "$fd_path"
    done
    find ${variables}/"$fd_id" ${variables}/"$fd_id".* ${configuration}/"$fd_id" -type f -newermt "$fd_since" 2>/dev/null | sed 's/^/changed /' || :
    timeout --kill-after=1 ${OWN_SECONDS} ${withRightsOf(
      user,
      OWN_QUESTIONS,
      ...[sh`${releases}/"$fd_id"`, sh`${variables}/"$fd_id"`, sh`"$fd_since"`],
    )} </dev/null 2>/dev/null | head -c ${OWN_BYTES} | grep -E '^(denied|edited) ' || :
    printf 'node %s\n' "$(timeout 5 ${`${live}/${BIN}/node`} --version 2>/dev/null | head -n 1)"`;
}

/** What its own user finds out, given the release, its variables, and since when a change counts. */
const OWN_QUESTIONS = sh`
  for fd_path in "$1" "$2"; do
    [ ! -e "$fd_path" ] || [ -r "$fd_path" ] || printf 'denied %s\n' "$fd_path"
  done
  cd -- "$1" 2>/dev/null || { printf 'denied %s\n' "$1"; exit 0; }
  [ -r "$2" ] || printf 'denied %s\n' "$2"
  # A build may change files of the commit too.
  git --no-optional-locks -c core.fsmonitor=false diff --no-ext-diff --name-only HEAD 2>/dev/null |
    while IFS= read -r fd_path; do
      if [ ! -e "$fd_path" ] || [ -n "$(find "./$fd_path" -maxdepth 0 -newermt "$3")" ]; then printf 'edited %s\n' "$fd_path"; fi
    done`;

/** What is wrong with the live release itself; nothing when all is well. Pure. */
export function judgeLive(
  output: string,
  { runtime }: Pick<HistoryEntry, 'runtime'>,
  { user }: Pick<Application, 'user'>,
): readonly Finding[] {
  const all = (key: string): readonly string[] => [
    ...new Set(
      [...output.matchAll(new RegExp(`^${key} (.*)$`, 'gm'))].map(([, rest = '']) => rest),
    ),
  ];
  const [missing, changed, edited, denied] = ['missing', 'changed', 'edited', 'denied'].map(all);
  const failing = (
    name: string,
    text: string,
    paths: readonly string[] = [],
    hint = 'deploy again: --force',
  ): readonly Finding[] =>
    paths.length === 0
      ? []
      : [{ name, level: 'fail', text, evidence: named(paths), hint, data: { paths } }];
  return [
    ...failing('release files', 'files of the live release are gone', missing),
    ...failing(
      'release permissions',
      `the user ${user} cannot use the live release`,
      denied,
      `see: ls -ld on the host; deploying again makes a new one: --force`,
    ),
    ...failing(
      'release settings',
      'files that the live release starts with were changed by hand after its deployment',
      changed,
    ),
    ...failing(
      'release code',
      'files of the live release were changed by hand after its deployment',
      edited,
    ),
    ...judgeNode(all('node')[0] ?? '', runtime?.node),
  ];
}

function judgeNode(found: string, wanted: string | undefined): readonly Finding[] {
  if (wanted === undefined || found === `v${wanted}`) return [];
  const text =
    found === ''
      ? `Node.js ${wanted}, on which the live release runs, is gone or broken`
      : `the live release was built for Node.js ${wanted}, and the host has ${found.replace(/^v/, '')} in its place`;
  return [
    {
      ...{ name: 'runtime', level: 'fail', text },
      hint: 'deploy again, which installs it: --force',
      data: { wanted, found },
    },
  ];
}

function named(paths: readonly string[]): readonly string[] {
  const more = paths.length > NAMED ? [`… and ${String(paths.length - NAMED)} more`] : [];
  return [...paths.slice(0, NAMED), ...more];
}
