import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DeploymentReport } from '../notify/deployment-report.js';
import { lockedSecretStore } from '@fairness-deploy/secrets';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { describe, expect, it, onTestFinished } from 'vitest';
import { describeReport } from '../notify/describe-report.js';
import { notifyAll } from '../notify/notify-all.js';
import { releaseSchema } from './section.js';

const report: DeploymentReport = {
  ...{ environment: 'prod', application: 'shop', action: 'deploy', outcome: 'success' },
  ...{ commit: '3f2a1bc'.padEnd(40, '0'), subject: 'Fix the basket', author: 'Ana Gomes' },
  ...{ who: 'ana', from: 'laptop', started: '2026-11-23T10:15:02.000Z', duration: 12.34 },
  hosts: [{ name: 'web', outcome: 'changed', summary: '3f2a1bc000 is live' }],
};

const failure: DeploymentReport = {
  ...report,
  outcome: 'failure',
  hosts: [
    { name: 'one', outcome: 'failed', summary: 'Cannot deploy', failed: 'check api' },
    { name: 'two', outcome: 'not-run', summary: 'nothing was done' },
    { name: 'three', outcome: 'failed', summary: 'Cannot connect to three' },
  ],
};

const quick = { timeout: 2000, pause: 10 };
const token = new Secret('hook', 't0ken-of-the-hook');

/** A server that answers each request with the next of these; 0: not at all. */
async function webhook(...answers: readonly number[]) {
  const requests: { readonly path: string; readonly type: string; readonly body: unknown }[] = [];
  const rest = [...answers];
  const server = createServer((request, response) => {
    void read(request).then((body) => {
      const { url = '', headers, method = '' } = request;
      const type = `${method} ${headers['content-type'] ?? ''}`;
      requests.push({ path: url, type, body: JSON.parse(body) });
      const status = rest.shift() ?? 200;
      if (status === 0) return;
      response.writeHead(status, { location: '/elsewhere' }).end('ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // Sound: it listens on TCP.
  const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return { requests, origin, url: Text.of(`${origin}/hooks/`, token) };
}

async function read(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

describe('notifyAll()', () => {
  it('sends the report and a line of text', async () => {
    const { url, requests } = await webhook();
    expect(await notifyAll([{ url, on: ['success'] }], report, quick)).toEqual([]);
    expect(requests).toEqual([
      {
        path: '/hooks/t0ken-of-the-hook',
        type: 'POST application/json',
        body: {
          text: '✅ prod: deployed 3f2a1bc000 "Fix the basket" by Ana Gomes (ana from laptop, 12.34 s)',
          ...report,
        },
      },
    ]);
  });

  it('tells those who want to know', async () => {
    const { url, requests } = await webhook();
    const unknown = { ...failure, outcome: 'unknown' } as const;
    for (const one of [report, failure, unknown]) {
      await notifyAll(
        [
          { url, on: ['failure'] },
          { url, on: ['success', 'failure'] },
        ],
        one,
        quick,
      );
    }
    expect(requests).toHaveLength(5);
  });

  it.each([
    [[503], 2, undefined],
    [[0], 2, undefined],
    [[500, 502], 2, 'it answers 502'],
    [[0, 0], 2, 'no answer within 2 s'],
    [[404], 1, 'it answers 404'],
    [[302], 1, 'it answers 302'],
  ])('answered %j: asks %i times', async (answers, count, reason) => {
    const { url, origin, requests } = await webhook(...answers);
    const warnings = await notifyAll([{ url, on: ['success'] }], report, quick);
    expect(warnings).toEqual(reason === undefined ? [] : [`Cannot notify ${origin}/…: ${reason}`]);
    expect(requests).toHaveLength(count);
  });

  it('shows nothing of a URL but its host, when nobody is there', async () => {
    const urls = [
      Text.of('http://user:', token, '@127.0.0.1:9/x?y=z'),
      Text.of('http://127.0.0.1:9?key=', token),
    ];
    for (const url of urls) {
      const [warning] = await notifyAll([{ url, on: ['success'] }], report, quick);
      expect(warning).toMatch(/^Cannot notify http:\/\/127\.0\.0\.1:9\/…: /);
    }
  });
});

describe('a URL with a secret that cannot be had', () => {
  const hook = lockedSecretStore(new Error('Cannot find the password')).get('hook');

  it('is no mistake until it is used, and a warning then', async () => {
    const { origin, requests } = await webhook();
    const urls = [Text.of(`${origin}/hooks/`, hook), Text.of(hook)];
    const { notify } = releaseSchema.parse({ notify: urls.map((url) => ({ url })) });
    expect(await notifyAll(notify, report, quick)).toEqual([
      `Cannot notify ${origin}/…: Cannot find the password`,
      'Cannot notify ***/…: Cannot find the password',
    ]);
    expect(requests).toEqual([]);
  });
});

describe('describeReport()', () => {
  it('names what failed, and where', () => {
    expect(describeReport(failure)).toBe(
      '❌ prod: deploying 3f2a1bc000 "Fix the basket" by Ana Gomes failed: one at "check api"; three: Cannot connect to three (ana from laptop, 12.34 s)',
    );
    expect(describeReport({ ...report, action: 'rollback' })).toContain(': rolled back to 3f2a');
    expect(describeReport({ ...report, action: 'restart' })).toContain(': restarted 3f2a');
    const hosts = [{ name: 'web', outcome: 'unknown', summary: 'it continues' }] as const;
    expect(describeReport({ ...report, outcome: 'unknown', hosts })).toContain(
      `ends isn't known: web: it continues`,
    );
  });

  it('is one line that calls nobody', () => {
    const text = describeReport({ ...report, subject: '<!channel> @all\nfix a@b <http://x|y>' });
    expect(text).not.toMatch(/[<>\n]|@\w/);
  });
});

describe('notify', () => {
  it('is one, or a list', () => {
    const url = 'https://chat.example/hooks/x';
    const one = { url: Text.of(url), on: ['success', 'failure'] };
    expect(releaseSchema.parse({ notify: { url } }).notify).toEqual([one]);
    expect(releaseSchema.parse({ notify: [{ url, on: ['failure'] }, { url }] }).notify).toEqual([
      { ...one, on: ['failure'] },
      one,
    ]);
    expect(releaseSchema.parse({}).notify).toEqual([]);
  });

  it.each([
    [{ url: 'chat.example/x' }, 'expected a URL that begins with https://'],
    [{ url: 'file:///etc/passwd' }, 'expected a URL'],
    [{ url: Text.of('http://chat.example/', token) }, 'expected a URL'],
    [{ url: 'https://user:pw@chat.example/x' }, 'expected a URL without a user'],
    [[{ url: 'https://chat.example', on: [] }], 'expected success, failure or both'],
    [{ url: 'https://chat.example', on: ['never'] }, 'expected success, failure or both'],
  ])('refuses %j', (notify, message) => {
    expect(() => releaseSchema.parse({ notify })).toThrow(message);
  });
});
