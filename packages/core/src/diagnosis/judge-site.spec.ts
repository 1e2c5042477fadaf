import { describe, expect, it } from 'vitest';
import type { Finding } from '../plugin/check.js';
import type { SiteAnswer } from './ask-site.js';
import { judgeSite } from './judge-site.js';

const address = '10.0.0.4';
const say = (
  answer: SiteAnswer,
  onHost: readonly Finding[] = [],
  { url = 'https://shop.test/', isLocal = false } = {},
): readonly string[] =>
  judgeSite({ url: new URL(url), address, isLocal }, answer, onHost).map(
    ({ level, name, text, evidence = [] }) => [`${level} ${name}: ${text}`, ...evidence].join('\n'),
  );
const name = { addresses: [address] };
const connections = [{ address }];
const tls = { issuer: 'Example CA', ends: '2027-01-01T00:00:00.000Z', serial: '0A' };
const nginxStopped: Finding = {
  ...{ name: 'nginx', level: 'fail', layer: 'proxy', text: 'does not run', data: {} },
};

describe('judgeSite()', () => {
  it('finds nothing wrong on the whole way', () => {
    const answer = { status: 301, milliseconds: 12 };
    expect(say({ name, connections, plain: {}, tls, answer })).toEqual([
      'ok name shop.test: leads to 10.0.0.4',
      'ok port 443 of shop.test: takes connections',
      'ok TLS of shop.test: a certificate of Example CA, until 2027-01-01T00:00:00.000Z',
      'ok https://shop.test/: answers 301 in 12 ms',
    ]);
  });

  it.each<[string, SiteAnswer]>([
    [
      'fail name shop.test: shop.test leads nowhere: there is no such name',
      { name: { failure: 'ENOTFOUND' } },
    ],
    [
      'warn name shop.test: leads to 10.9.9.9, not to 10.0.0.4, where the client reaches the host',
      { name: { addresses: ['10.9.9.9'] } },
    ],
    [
      'fail port 443 of shop.test: no connection gets through to port 443, though nginx runs: a firewall is in the way\n10.0.0.4: no answer',
      { connections: [{ address, failure: 'ETIMEDOUT' }] },
    ],
    [
      'warn port 443 of shop.test: only some addresses of shop.test take connections\n::1: refused: nothing listens there, or a firewall rejects it',
      { connections: [{ address }, { address: '::1', failure: 'ECONNREFUSED' }] },
    ],
    ['fail TLS of shop.test: no connection with TLS: EPROTO', { tls: { failure: 'EPROTO' } }],
    [
      'fail TLS of shop.test: browsers refuse the certificate: it has expired\nof Example CA, until 2027-01-01T00:00:00.000Z; names: shop.test (CERT_HAS_EXPIRED)',
      { tls: { ...tls, names: 'shop.test', distrust: 'CERT_HAS_EXPIRED' } },
    ],
    [
      'fail https://shop.test/: answers 502 in 3 ms: nginx gets no answer from the process',
      { answer: { status: 502, milliseconds: 3 } },
    ],
    ['fail https://shop.test/: no answer: cut off', { answer: { failure: 'ECONNRESET' } }],
  ])('says %s', (text, answer) => {
    expect(say(answer)).toEqual([text]);
  });

  it('expects 503 while the maintenance page is on', () => {
    const page: Finding = {
      ...{ name: 'maintenance page', level: 'warn', layer: 'proxy', text: 'on', data: {} },
    };
    const answer = { answer: { status: 503, milliseconds: 3 } };
    expect(say(answer)[0]).toMatch(/^fail /);
    expect(say(answer, [page])).toEqual([
      'warn https://shop.test/: answers 503 in 3 ms, as the maintenance page does',
    ]);
  });

  it('warns of port 80, where browsers begin', () => {
    const found = say({ connections, plain: { failure: 'ETIMEDOUT' } });
    expect(found[1]).toBe('warn port 80 of shop.test: takes no connection: no answer');
  });

  it('blames no firewall when nginx does not run', () => {
    const closed = { connections: [{ address, failure: 'ECONNREFUSED' }] };
    expect(say(closed, [nginxStopped])[0]).toMatch(
      /^fail port 443 .*: no connection to port 443$/m,
    );
  });

  it('takes another address for the host that serves the same certificate', () => {
    const certificate: Finding = {
      ...{ name: 'certificate', level: 'ok', text: '', data: { serial: '0A' } },
    };
    const answer = { name: { addresses: ['10.9.9.9'] }, tls };
    expect(say(answer, [certificate])[0]).toBe('ok name shop.test: leads to 10.9.9.9');
  });

  it("lets a machine of the developer's own have a CA of its own, and no other fault", () => {
    const own = { tls: { ...tls, distrust: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' } };
    expect(say(own)[0]).toMatch(/^fail .*no known CA vouches for it/);
    expect(say(own, [], { isLocal: true })[0]).toMatch(/^ok .*only this machine's own CA/);
    const expired = { tls: { ...tls, distrust: 'CERT_HAS_EXPIRED' } };
    expect(say(expired, [], { isLocal: true })[0]).toMatch(/^fail /);
  });
});
