import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { NOTICE_MARK } from '@fairness-deploy/shell';
import { Secret, Text } from '@fairness-deploy/shell/secret';
import { checkShell } from '@fairness-deploy/shell/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { LETSENCRYPT_LIMITS } from '../section/servers.js';
import { CODE, runProgram } from './program.js';
import { requestText, type CertificateRequest } from './request.js';

const state = mkdtempSync(join(tmpdir(), 'fd-certbot-'));
afterAll(() => {
  interpreter.stdin.end();
  rmSync(state, { recursive: true });
});

/** Evaluates an expression of Python with the program's functions, and `value`. */
const answers: ((line: string) => void)[] = [];
const interpreter = start();
async function python(expression: string, value: unknown): Promise<unknown> {
  const line = new Promise<string>((resolve) => answers.push(resolve));
  interpreter.stdin.write(`${JSON.stringify([expression, value])}\n`);
  return JSON.parse(await line);
}

/** One for all tests: each start costs more than what they do. */
function start() {
  const functions = CODE.slice(0, CODE.lastIndexOf('if __name__'));
  const loop = `
import traceback
for line in sys.stdin:
    expression, value = json.loads(line)
    try:
        print(json.dumps(eval(expression, globals(), {"value": value})), flush=True)
    except Exception:
        print(json.dumps(traceback.format_exc()), flush=True)`;
  const child = spawn('python3', ['-I', '-c', functions + loop], {
    env: { PATH: process.env['PATH'], TZ: 'UTC' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  createInterface(child.stdout).on('line', (line) => answers.shift()?.(line));
  return child;
}

/** As certbot writes it into its log. */
const answer = (status: number, body: unknown, ...headers: readonly string[]) => `
2026-11-29 22:09:11,453:DEBUG:urllib3.connectionpool:https://ca.test "POST /x HTTP/1.1" ${String(status)} 724
2026-11-29 22:09:11,453:DEBUG:acme.client:Received response:
HTTP ${String(status)}
${['Cache-Control: no-cache', ...headers].join('\n')}

${JSON.stringify(body, undefined, 3)}
2026-11-29 22:09:11,454:DEBUG:acme.client:Storing nonce: aHFUt
`;
const problem = (kind: string, detail: string, more: object = {}) => ({
  type: `urn:ietf:params:acme:error:${kind}`,
  detail,
  ...more,
});
const authorization = (name: string, error: object) => ({
  ...{ status: 'invalid', identifier: { type: 'dns', value: name } },
  challenges: [
    { type: 'http-01', status: 'invalid', error },
    { type: 'dns-01', status: 'pending' },
  ],
});

const webroot = { kind: 'webroot', path: '/challenges' } as const;
const request: CertificateRequest = {
  ...{ name: 'a.test', names: ['a.test', 'b.test'], server: 'https://ca.test/dir' },
  ...{ keyType: 'ecdsa', email: 'ops@a.test', challenge: webroot, eab: null, caFile: null },
  ...{
    dryRunServer: null,
    limits: LETSENCRYPT_LIMITS,
    publicAddresses: [],
    force: false,
    port: 443,
  },
  ...{ state, letsencrypt: '/etc/letsencrypt', log: '/var/log/letsencrypt/letsencrypt.log' },
};

describe('problems_in()', () => {
  it('finds the problems of the names, each once, and no nonce that certbot got over', async () => {
    const refused = problem('connection', 'Timeout\nduring connect', { status: 400 });
    const log = [
      answer(400, problem('badNonce', 'JWS has an invalid anti-replay nonce')),
      answer(200, authorization('a.test', refused)),
      answer(200, authorization('a.test', refused)),
      answer(200, {
        status: 'valid',
        identifier: { type: 'dns', value: 'b.test' },
        challenges: [],
      }),
    ].join('');
    expect(await python('problems_in(value)', log)).toEqual([
      { kind: 'connection', name: 'a.test', detail: 'Timeout during connect', until: null },
    ]);
  });

  it('finds the subproblems of an order, by their names', async () => {
    const subproblems = ['a.test', 'b.test'].map((name) =>
      problem('caa', `CAA of ${name}`, { identifier: { type: 'dns', value: name } }),
    );
    const log = answer(403, problem('malformed', 'Some identifiers are bad', { subproblems }));
    expect(await python('[one["name"] for one in problems_in(value)]', log)).toEqual([
      'a.test',
      'b.test',
    ]);
  });

  it('finds nothing in what is no answer of a CA, or no problem', async () => {
    const log = `${answer(200, { status: 'valid' })}HTTP 500\n${answer(502, '<html>')}`;
    expect(await python('problems_in(value)', log)).toEqual([]);
  });

  it('knows nonces that certbot did not get over', async () => {
    const log = answer(400, problem('badNonce', 'again'));
    expect(await python('problems_in(value)[0]["kind"]', log)).toBe('badNonce');
  });

  /** The end of a limit, in seconds from now. */
  const DAY = new Date(Date.now() + 86_400_000).toISOString();
  const untilOf = async (detail: string, ...headers: readonly string[]): Promise<number> => {
    const log = answer(429, problem('rateLimited', detail), ...headers);
    const until = (await python('problems_in(value)[0]["until"]', log)) as number;
    return until - Date.now() / 1000;
  };
  it.each([
    ['a header with seconds', ['Retry-After: 3600'], 'slow down', 3600],
    ['a header with a date', [`Retry-After: ${new Date(DAY).toUTCString()}`], 'slow down', 86_400],
    [
      'the words of Let’s Encrypt',
      [],
      `too many, retry after ${DAY.slice(0, 19).replace('T', ' ')} UTC: see x`,
      86_400,
    ],
    ['a time that nobody waits for', ['Retry-After: 99999999999999'], 'slow down', 31 * 86_400],
  ])('knows from %s when a rate limit ends', async (_, headers, detail, seconds) => {
    expect(Math.abs((await untilOf(detail, ...headers)) - seconds)).toBeLessThan(60);
  });
});

describe('ended_by_bad_nonce()', () => {
  const badNonce = answer(400, problem('badNonce', 'again'));
  it.each([
    [true, badNonce],
    [true, `${badNonce}${badNonce}`],
    [false, `${badNonce}${answer(200, { status: 'valid' })}`],
    [false, answer(400, problem('malformed', 'no'))],
    [false, ''],
  ])('is %s', async (is, log) => {
    expect(await python('ended_by_bad_nonce(value)', log)).toBe(is);
  });
});

describe('explain()', () => {
  const said = async (kind: string, name: string | null, more: object = {}) =>
    (await python('explain([value["problem"]], value["request"])', {
      problem: { kind, name, detail: 'Their words', until: null, ...more },
      request: { ...request, ...more },
    })) as readonly [readonly string[], string];

  it.each([
    [
      'connection',
      'a.test',
      'port 80 of a.test cannot be reached from outside: a firewall?',
      'open port 80',
    ],
    [
      'unauthorized',
      'a.test',
      'the CA got another answer than the one of this host',
      'leads to this host alone',
    ],
    ['unauthorized', null, 'the CA does not accept the account', 'see what it says'],
    ['dns', 'a.test', 'the CA’s question to the DNS failed'.replace('’', "'"), 'A or AAAA record'],
    ['caa', 'a.test', 'a CAA record in the DNS of a.test forbids this CA', 'CAA record'],
    [
      'rejectedIdentifier',
      'a.test',
      'the CA does not certify a.test',
      'remove it from the domains',
    ],
    ['serverInternal', null, 'the CA has a failure of its own', 'try again later'],
    [
      'externalAccountRequired',
      null,
      'only to accounts that it knows already',
      'eab: { kid: …, hmacKey: ',
    ],
    ['invalidContact', null, 'the CA does not take the address ops@a.test', 'email: none'],
    ['orderNotReady', null, 'the CA refuses', 'see what it says above'],
  ])('explains %s of %s', async (kind, name, what, hint) => {
    const [[line], first] = await said(kind, name);
    expect(line).toContain(what);
    expect(line).toContain('Their words');
    expect(line).toContain(`the CA says (${kind}${name === null ? '' : `, ${name}`})`);
    expect(first).toContain(hint);
  });

  it('blames the programs for DNS where they make the records', async () => {
    const [[line], hint] = await said('unauthorized', 'a.test', {
      challenge: { kind: 'dns', authHook: '/auth', cleanupHook: null },
    });
    expect(line).toContain('the CA did not find the TXT record of a.test');
    expect(hint).toContain('dns.authHook');
  });

  it('names the end of a rate limit', async () => {
    const [[line], hint] = await said('rateLimited', null, {
      until: Date.UTC(2026, 10, 30, 9) / 1000,
    });
    expect(line).toContain('the rate limit of the CA is reached until 2026-11-30 09:00 UTC');
    expect(hint).toBe('try again after 2026-11-30 09:00 UTC');
  });
});

describe('limits_of()', () => {
  const now = 1_800_000_000;
  const at = (...ago: readonly number[]) =>
    ago.map((seconds) => ({ time: now - seconds, server: request.server }));
  const limits = async (record: object, of: object = {}) =>
    (await python('limits_of(value["record"], value["request"], value["now"])', {
      ...{ now, request: { ...request, ...of } },
      record: { failed: [], issued: [], limited: [], ...record },
    })) as readonly (readonly [string, number])[];
  const failed = (name: string, ...ago: readonly number[]) =>
    at(...ago).map((one) => ({ ...one, name }));
  const issued = (...ago: readonly number[]) =>
    at(...ago).map((one) => ({ ...one, names: request.names }));

  it('lets five validations of a name fail, and one more every twelve minutes', async () => {
    expect(await limits({ failed: failed('a.test', 40, 30, 20, 10) })).toEqual([]);
    const reached = await limits({ failed: failed('a.test', 50, 40, 30, 20, 10) });
    expect(reached.map(([what]) => what)).toEqual(['a.test: 5 validations failed within an hour']);
    expect(reached[0]?.[1]).toBeCloseTo(now - 50 + 720, 0);
    expect(await limits({ failed: failed('a.test', 800, 40, 30, 20, 10) })).toEqual([]);
    expect(await limits({ failed: failed('other.test', 50, 40, 30, 20, 10) })).toEqual([]);
  });

  it('lets five certificates for the same names be issued, and one more every 34 hours', async () => {
    const hours = (...all: readonly number[]) => all.map((one) => one * 3600);
    expect(await limits({ issued: issued(...hours(5, 4, 3, 2)) })).toEqual([]);
    const [[what, free] = ['', 0]] = await limits({ issued: issued(...hours(5, 4, 3, 2, 1)) });
    expect(what).toContain('5 certificates for exactly these names');
    expect(free).toBeCloseTo(now + 29 * 3600, 0);
    expect(await limits({ issued: issued(...hours(36, 35, 3, 2, 1)) })).toEqual([]);
  });

  it('knows no limits of other CAs, but what they said', async () => {
    const record = { failed: failed('a.test', 5, 4, 3, 2, 1) };
    expect(await limits(record, { limits: null })).toEqual([]);
    const [said] = at(60).map((one) => ({
      ...one,
      names: request.names,
      until: now + 60,
      says: 'slow',
    }));
    expect(await limits({ limited: [said] }, { limits: null })).toEqual([
      ['the CA said at 2027-01-15 07:59 UTC: slow', now + 60],
    ]);
    expect(await limits({ limited: [{ ...said, until: now - 1 }] })).toEqual([]);
    expect(await limits({ limited: [said] }, { names: ['a.test'] })).toEqual([]);
  });

  it('keeps a record of failures and of what was issued, for a week', async () => {
    const time = Math.floor(Date.now() / 1000);
    const problems = [
      { kind: 'dns', name: 'a.test' },
      { kind: 'serverInternal', name: null },
    ];
    const kept = await python(
      '[write_attempts(value["request"], {"failed": [{"time": 1}], "issued": [], "limited": []}), note_failure(value["request"], value["problems"], value["time"]), note_issued(value["request"], value["time"]), read_attempts(value["request"])][-1]',
      { request, problems, time },
    );
    const { server, names } = request;
    expect(kept).toEqual({
      failed: [{ time, server, name: 'a.test' }],
      issued: [{ time, server, names }],
      limited: [],
    });
  });
});

it('same_ca() knows that the first address of Let’s Encrypt led to the same CA', async () => {
  const [v1, v2] = ['01', '02'].map((v) => `https://acme-v${v}.api.letsencrypt.org/directory`);
  const pairs = [
    [v1, v2],
    [v2, v2],
    [v2, 'https://ca.test/'],
    ['https://ca.test/a', 'https://ca.test/b'],
  ];
  expect(await python('[same_ca(*pair) for pair in value]', pairs)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

describe('runProgram()', () => {
  const eab = { kid: 'k"1', hmacKey: Text.of(new Secret('eab', 'x"1y2')) };

  it('is a script without fault, which shows no secret, and has none on a command line', async () => {
    const script = runProgram('issue', { ...request, eab });
    await checkShell(script);
    expect(String(script)).not.toContain('x"1y2');
    expect(script.reveal()).toMatch(/printf %s '[^]*x\\"1y2[^]*\| \/usr\/bin\/python3 -I/);
  });

  it('gives the program its request as JSON', () => {
    const { hmacKey } = eab;
    expect(JSON.parse(requestText({ ...request, eab }).reveal())).toEqual({
      ...{ ...request, noticeMark: NOTICE_MARK },
      eab: { kid: 'k"1', hmacKey: hmacKey.reveal() },
    });
    expect(JSON.parse(requestText(request).reveal())).toMatchObject(request);
  });
});
