import { judgedBy, type Application, type Check, type Finding } from '@fairness-deploy/core';
import { sh } from '@fairness-deploy/shell';
import { layoutOf } from '../application/layout.js';
import { describeRuntime } from '../application/runtime.js';
import { findRecorded } from './find-recorded.js';
import { goodReleases, type HistoryEntry } from './history-entry.js';
import { inspectLive, judgeLive } from './inspect-live.js';
import { printReleases } from './read-state.js';
import { parseState } from './state.js';

/** Which release is live, what has become of it, and which others are kept. */
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
      ${printReleases(layout)}
      ${inspectLive(layout, application)}`,
    ...judgedBy(judgeReleases, { user: application.user, home: application.home }),
  };
}

/** Pure. */
export function judgeReleases(output: string, application: Owner): readonly Finding[] {
  const { live, entry } = judgeRelease(output, application);
  return [{ name: 'release', ...live }, ...(entry ? judgeLive(output, entry, application) : [])];
}

/** Whose releases they are, and where. */
type Owner = Pick<Application, 'user' | 'home'>;

/** Which release is live, and its entry in the history when it is a good one. */
function judgeRelease(output: string, { user, home }: Owner): Judged {
  const [, otherUser, otherHome] = /^recorded (\S+) (.+)$/m.exec(output) ?? [];
  if (otherUser !== undefined && otherHome !== undefined) {
    return failing({
      text: `a release is live as the user ${otherUser} in ${otherHome}, and the environment has the user ${user} in ${home}`,
      hint: 'see: plan',
      data: { user: otherUser, home: otherHome },
    });
  }
  const [, link] = /^live (.*)$/m.exec(output) ?? [];
  if (link === undefined)
    return { live: { level: 'ok', text: 'nothing is deployed yet', data: {} } };
  const state = parseState(output);
  const colour = state.live;
  const release = colour && state.colours.get(colour);
  if (release === undefined) {
    const [, target = 'nothing'] =
      new RegExp(`^colour ${colour ?? '-'} (.*)$`, 'm').exec(output) ?? [];
    return failing({
      text: `the link ${home}/live leads elsewhere: to ${link}, and from there to ${target}`,
      hint: 'deploy again, which makes it anew',
      data: { link, target },
    });
  }
  const good = goodReleases(state.history);
  const entry = good.find((one) => one.release === release);
  const kept = good
    .map((one) => one.release)
    .filter((id) => id !== release && state.releases.has(id));
  const others = `kept: ${kept.length === 0 ? 'no other' : kept.join(', ')}`;
  if (!entry) {
    return failing({
      text: `${release} is live, and its deployment was cut off; ${others}`,
      hint: 'deploy again',
      data: { release, colour, kept },
    });
  }
  const { commit, subject, author, who, finished, runtime } = entry;
  const on = runtime ? `, on ${describeRuntime(runtime)}` : '';
  const data = {
    ...{ release, commit, subject, author, who, since: finished, colour, kept },
    ...(runtime && { runtime }),
    ...(state.pending && { pending: true }),
  };
  const text = `${release} is live, of commit ${commit.slice(0, 10)} "${subject}" by ${author}; deployed by ${who} at ${finished}, in ${String(colour)}${on}; ${others}`;
  if (!state.pending) return { entry, live: { level: 'ok', text, data } };
  return {
    entry,
    live: {
      level: 'warn',
      text: `a deployment runs, or was cut off and has left its release; ${text}`,
      hint: 'if no deployment runs: deploy again, which removes what is left',
      data,
    },
  };
}

interface Judged {
  readonly live: Omit<Finding, 'name'>;
  readonly entry?: HistoryEntry;
}

function failing(live: Omit<Finding, 'name' | 'level'>): Judged {
  return { live: { level: 'fail', ...live } };
}
