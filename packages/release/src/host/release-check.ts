import type { Application, Check, Finding } from '@fairness-deploy/core';
import { sh } from '@fairness-deploy/shell';
import { layoutOf } from '../application/layout.js';
import { describeRuntime } from '../application/runtime.js';
import { findRecorded } from './find-recorded.js';
import { goodReleases } from './history-entry.js';
import { printReleases } from './read-state.js';
import { parseState } from './state.js';

/** Shows which release is live, and which others are kept. */
export function releaseCheck(application: Application): Check {
  const layout = layoutOf(application);
  return {
    name: 'release',
    layer: 'release',
    read: sh`
      ${findRecorded(layout, application.user)}
      if [ -n "$fd_recorded" ]; then
        printf 'recorded %s\n' "$fd_recorded"
        exit 0
      fi
      ${printReleases(layout)}`,
    judge: (output) => [{ name: 'release', ...judge(output, application) }],
  };
}

function judge(output: string, { user, home }: Application): Omit<Finding, 'name'> {
  const [, otherUser, otherHome] = /^recorded (\S+) (.+)$/m.exec(output) ?? [];
  if (otherUser !== undefined && otherHome !== undefined) {
    return {
      level: 'fail',
      text: `a release is live as the user ${otherUser} in ${otherHome}, and the environment has the user ${user} in ${home}`,
      hint: 'see: plan',
      data: { user: otherUser, home: otherHome },
    };
  }
  const [, link] = /^live (.*)$/m.exec(output) ?? [];
  if (link === undefined) return { level: 'ok', text: 'nothing is deployed yet', data: {} };
  const state = parseState(output);
  const colour = state.live;
  const release = colour && state.colours.get(colour);
  if (release === undefined) {
    const [, target = 'nothing'] =
      new RegExp(`^colour ${colour ?? '-'} (.*)$`, 'm').exec(output) ?? [];
    return {
      level: 'fail',
      text: `the link ${home}/live leads elsewhere: to ${link}, and from there to ${target}`,
      hint: 'deploy again, which makes it anew',
      data: { link, target },
    };
  }
  const good = goodReleases(state.history);
  const entry = good.find((one) => one.release === release);
  const kept = good
    .map((one) => one.release)
    .filter((id) => id !== release && state.releases.has(id));
  const others = `kept: ${kept.length === 0 ? 'no other' : kept.join(', ')}`;
  if (!entry) {
    return {
      level: 'fail',
      text: `${release} is live, and its deployment was cut off; ${others}`,
      hint: 'deploy again',
      data: { release, colour, kept },
    };
  }
  const { commit, finished, runtime } = entry;
  const on = runtime ? `, on ${describeRuntime(runtime)}` : '';
  return {
    level: 'ok',
    text: `${release} is live, of commit ${commit}, since ${finished}, in ${String(colour)}${on}; ${others}`,
    data: { release, commit, since: finished, colour, kept, ...(runtime && { runtime }) },
  };
}
