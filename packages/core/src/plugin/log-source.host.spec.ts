import { startTestHost, type TestHost } from '@fairness-deploy/sandbox/testing';
import { sh, type Connection } from '@fairness-deploy/shell';
import { checkShell } from '@fairness-deploy/shell/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLogs } from '../logs/follow-host.js';
import { LogFeed, type FeedEvent } from '../logs/log-feed.js';
import { logScript } from '../logs/log-script.js';
import { journal, logFile, type LogSource } from './log-source.js';

let host: TestHost;
let connection: Connection;

/** The lines of a log, and what was wrong with it. */
async function read(source: LogSource) {
  const events: FeedEvent[] = [];
  await readLogs({
    ...{ connection, feed: new LogFeed([source]), request: { follow: false, lines: 5 } },
    signal: new AbortController().signal,
    take: (some) => void events.push(...some),
  });
  return {
    lines: events.flatMap((event) => (event.kind === 'line' ? [event] : [])),
    text: events.flatMap((event) => (event.kind === 'line' ? [event.line] : [])),
    reasons: events.flatMap((event) => (event.kind === 'failure' ? [event.reason] : [])),
  };
}

beforeAll(async () => {
  host = await startTestHost('log-source');
  connection = await host.connect();
  const { status, stderr } = await connection.run(sh`
    set -e
    useradd -M app
    useradd -M other
    groupadd readers
    usermod -a -G readers app
    install -d -o app /var/log/app
    install -d -m 1775 -g app /var/log/shared
    for folder in app shared; do
      cd "/var/log/$folder"
      echo "of app in $folder" >own.log
      chown app own.log
      echo 'of root' >root.log
      runuser -u app -- ln -s /etc/shadow link.log
      runuser -u app -- ln -s /var/log/of-group group.log
    done
    echo 'of www-data' >/var/log/safe.log
    chown www-data /var/log/safe.log
    ln -s safe.log /var/log/link.log
    # Root's link into the user's folder, and the user's next one.
    ln -s app/link.log /var/log/two.log
    echo 'for readers' >/var/log/of-group
    chmod 640 /var/log/of-group
    chgrp readers /var/log/of-group
    # The folder is root's, and the one above is not.
    install -d /var/log/app/deep
    ln -s /etc/shadow /var/log/app/deep/link.log`);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
afterAll(async () => {
  await connection.close();
  await host.stop();
});

describe('logFile()', () => {
  it.each(['app', 'shared'])('is read by its owner where others can write: %s', async (folder) => {
    const own = await read(logFile('log', `/var/log/${folder}/own.log`));
    expect(own).toMatchObject({ text: [`of app in ${folder}`], reasons: [] });
    const link = await read(logFile('log', `/var/log/${folder}/link.log`));
    expect(link).toMatchObject({ text: [], reasons: ['Permission denied'] });
    const group = await read(logFile('log', `/var/log/${folder}/group.log`));
    expect(group).toMatchObject({ text: ['for readers'], reasons: [] });
    const root = await read(logFile('log', `/var/log/${folder}/root.log`));
    const reasons = ["the file is root's, and another user can write its folder"];
    expect(root).toMatchObject({ text: [], reasons });
  });

  it('is read by root where only root can write, also behind a link of root', async () => {
    for (const name of ['safe', 'link']) {
      const safe = await read(logFile('log', `/var/log/${name}.log`));
      expect(safe).toMatchObject({ text: ['of www-data'], reasons: [] });
    }
    expect(await read(logFile('log', '/var/log/none.log'))).toMatchObject({
      text: [],
      reasons: [],
    });
  });

  it('is read by its owner behind a link of root that leads to where others can write', async () => {
    const two = await read(logFile('log', '/var/log/two.log'));
    expect(two).toMatchObject({ text: [], reasons: ['Permission denied'] });
  });

  it("is not read by root in a folder of root's that is in another user's", async () => {
    const { text, reasons } = await read(logFile('log', '/var/log/app/deep/link.log'));
    expect(text).toEqual([]);
    expect(reasons).toEqual(["the file is root's, and another user can write its folder"]);
  });

  it('is a script without fault', async () => {
    const wanted = [logFile('log', '/var/log/a b'), journal('unit', 'x')].map((source) => ({
      source,
    }));
    await checkShell(logScript({ follow: true, lines: 1, since: 0 }, wanted));
  });
});

describe('journal()', () => {
  it('has the level of each entry, and entries of several lines and any bytes', async () => {
    const speak = sh`
      echo plain
      echo '<3>bad'
      printf 'a\001b\377c\n'
      echo ${'{"level":50,"msg":"of pino","id":7}'}`;
    await connection.run(sh`
      systemd-run --quiet --wait --unit=speaker sh -c ${speak.text}
      journalctl --sync`);
    const { lines, reasons } = await read(journal('speaker', 'speaker'));
    expect(reasons).toEqual([]);
    const own = lines.filter(({ line }) => !line.includes('speaker'));
    expect(own.map(({ line, parsed }) => [line, parsed.level, parsed.message])).toEqual([
      ['plain', 'info', 'plain'],
      ['bad', 'error', 'bad'],
      ['a\u0001b\ufffdc', 'info', 'a\u0001b\ufffdc'],
      ['{"level":50,"msg":"of pino","id":7}', 'error', 'of pino'],
    ]);
    expect(own.every(({ parsed }) => parsed.time !== undefined)).toBe(true);
  });
});
