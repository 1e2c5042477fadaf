import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CommandWorkspace,
  FollowedLogs,
  startCuttingRelay,
  type CuttingRelay,
} from '@fairness-deploy/core/testing';
import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh } from '@fairness-deploy/shell';
import { type Found, type PartOptions } from './part.mjs';

const ENVIRONMENT = 'logs';

/** Bytes of a line, with its break. */
const LINE_BYTES = 100;
/** Lines between two rotations. */
const PART_LINES = 50_000;
/** Milliseconds until all lines must have come. */
const TIMEOUT_MILLISECONDS = 300_000;

const LAST = 'the last line';

export interface LogsFound extends Found {
  readonly lines: number;
  readonly megabytes: number;
  readonly seconds: number;
  /** How often the connection was cut. */
  readonly cuts: number;
  /** How many bytes came over the network for each byte of the log. */
  readonly traffic: number;
  /** The most memory of the client, in MiB; what it holds is bounded to 96: see startReadable(). */
  readonly memory: number;
}

/**
 * Follows 100 MB of a log that is rotated by renaming, and by copying and truncating, over a connection that is cut
 * three times: each line comes once.
 */
export async function testLogs({ say, short }: PartOptions): Promise<LogsFound> {
  const parts = short ? 2 : 20;
  const lines = parts * PART_LINES;
  const size = lines * LINE_BYTES;
  const workspace = new CommandWorkspace();
  let host: TestHost | undefined;
  let relay: CuttingRelay | undefined;
  let logs: FollowedLogs | undefined;
  try {
    say('a bare host behind a network that can be cut');
    host = await startTestHost('faults-logs');
    let cutAt: number[] = [];
    const network = await startCuttingRelay(host, join(workspace.folder, 'keys'), (bytes) => {
      if (cutAt[0] === undefined || bytes < cutAt[0]) return;
      cutAt = cutAt.slice(1);
      say(`${String(Math.round(bytes / 1e6))} MB have come: the connection is cut`);
      relay?.cut();
    });
    relay = network;
    workspace.describe(ENVIRONMENT, { web: network.reachable }, SECTIONS);
    const connection = await host.connect();
    await connection.run(sh`mkdir -p /var/log/nginx; echo begin >/var/log/nginx/error.log`);
    const following = new FollowedLogs(workspace, ENVIRONMENT, ['nginx errors'], false);
    logs = following;
    await until(() => following.counts.has('begin'), 'the beginning');

    const before = network.received;
    cutAt = [1, 2, 3].map((quarter) => before + (quarter * size) / 4);
    const since = performance.now();
    say(`${String(size / 1e6)} MB of lines`);
    let memory = 0;
    const watch = setInterval(() => {
      memory = Math.max(memory, following.memoryMebibytes());
    }, 200);
    await connection.run(writeLines(parts));
    await until(() => following.counts.has(LAST), 'the last line').finally(() => {
      clearInterval(watch);
    });
    const seconds = (performance.now() - since) / 1000;
    await connection.close();

    const counts = [...following.counts].filter(([line]) => line.startsWith('numbered'));
    const twice = counts.filter(([, count]) => count > 1).length;
    const cuts = following.notices.filter((text) => text.startsWith('Connected again')).length;
    const traffic = (network.received - before) / size;
    return {
      ...{ lines, megabytes: size / 1e6, seconds, cuts, traffic, memory },
      problems: [
        ...(counts.length === lines ? [] : [`${String(lines - counts.length)} lines were lost`]),
        ...(twice === 0 ? [] : [`${String(twice)} lines came twice`]),
        ...(cuts === 3 ? [] : [`it connected again ${String(cuts)} times, not 3 times`]),
        ...(short || traffic < 1.25 ? [] : [`${traffic.toFixed(2)} bytes came for each byte`]),
      ],
    };
  } finally {
    say('taking everything down');
    await logs?.interrupt();
    await relay?.stop();
    await host?.stop();
    workspace.dispose();
  }
}

const SECTIONS = {
  application: {
    name: 'shop',
    processes: { api: { command: 'node api.js', port: 3000, route: '/' } },
  },
  release: { repository: 'https://git.example.org/shop.git' },
  nginx: {},
};

/** Numbered lines, and after each part a rotation, of both kinds in turn. */
function writeLines(parts: number) {
  return sh`
    set -e
    cd /var/log/nginx
    part=0
    while [ "$part" -lt ${parts} ]; do
      seq -f "numbered %011.0f $(printf '%078d' 0)" "$((part * ${PART_LINES} + 1))" "$((part * ${PART_LINES} + ${PART_LINES}))" >>error.log
      part=$((part + 1))
      # All are kept: what a rotation removes before it was read can't be shown.
      for old in $(seq ${parts} -1 1); do
        [ ! -e "error.log.$old" ] || mv "error.log.$old" "error.log.$((old + 1))"
      done
      if [ "$((part % 2))" = 0 ]; then
        mv error.log error.log.1
      else
        cp error.log error.log.1
        : >error.log
      fi
    done
    echo ${LAST} >>error.log`;
}

async function until(isSo: () => boolean, what: string): Promise<void> {
  const since = performance.now();
  while (!isSo()) {
    if (performance.now() - since > TIMEOUT_MILLISECONDS) {
      throw new Error(`The log's ${what} has not come`);
    }
    await sleep(50);
  }
}
