import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { badLines, hostKeyAlgorithms, judge, knownAs, parseKnownHosts } from './known-hosts.js';

/** A key of a type, in the wire format. */
function key(type: string, content: string): Buffer {
  const part = (text: string): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(text.length);
    return Buffer.concat([length, Buffer.from(text)]);
  };
  return Buffer.concat([part(type), part(content)]);
}

const one = key('ssh-ed25519', 'one');
const two = key('ssh-ed25519', 'two');
const rsa = key('ssh-rsa', 'three');
const base64 = (bytes: Buffer): string => bytes.toString('base64');

const find = (name: string, text: string): readonly string[] =>
  knownAs(name, parseKnownHosts(text)).map((host) => `${String(host.line)} ${host.type}`);

describe('parseKnownHosts()', () => {
  it('reads names, lists, patterns, ports and remarks', () => {
    const text = [
      '# our hosts',
      '',
      `web-1,10.0.0.1 ssh-ed25519 ${base64(one)} set up in May`,
      `[web-1]:2222 ssh-ed25519 ${base64(two)}`,
      `*.example.com,!db.example.com\tssh-rsa ${base64(rsa)}`,
    ].join('\r\n');
    expect(find('10.0.0.1', text)).toEqual(['3 ssh-ed25519']);
    expect(find('[web-1]:2222', text)).toEqual(['4 ssh-ed25519']);
    expect(find('a.example.com', text)).toEqual(['5 ssh-rsa']);
    expect(find('db.example.com', text)).toEqual([]);
    expect(find('web-2', text)).toEqual([]);
  });

  it('reads hashed names', () => {
    const salt = Buffer.from('0123456789abcdefghij');
    const hash = createHmac('sha1', salt).update('[web-1]:2222').digest();
    const text = `|1|${base64(salt)}|${base64(hash)} ssh-ed25519 ${base64(one)}`;
    expect(find('[web-1]:2222', text)).toEqual(['1 ssh-ed25519']);
    expect(find('web-1', text)).toEqual([]);
  });

  it('leaves out certificate authorities and what it does not understand', () => {
    const text = [
      `@cert-authority * ssh-ed25519 ${base64(one)}`,
      `@unheard-of * ssh-ed25519 ${base64(one)}`,
      `* ssh-rsa ${base64(one)}`,
      '* ssh-ed25519',
      '* ssh-ed25519 AAAA',
    ].join('\n');
    expect(parseKnownHosts(text)).toEqual([]);
    expect(badLines(`# ours\n\n${text}\n<<<<<<< HEAD\n@revoked\n`)).toEqual([4, 5, 6, 7, 8, 9]);
  });

  it('survives any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.string(), (text, name) => {
        knownAs(name, parseKnownHosts(text));
      }),
    );
  });
});

describe('judge()', () => {
  const hosts = parseKnownHosts(
    [
      `web ssh-rsa ${base64(rsa)}`,
      `web ssh-ed25519 ${base64(one)}`,
      `@revoked web ssh-ed25519 ${base64(key('ssh-ed25519', 'stolen'))}`,
      `@revoked other ssh-ed25519 ${base64(one)}`,
    ].join('\n'),
  );
  const web = knownAs('web', hosts);

  it('knows a pinned key of any type', () => {
    expect(judge(one, web)).toEqual({ status: 'pinned' });
    expect(judge(rsa, web)).toEqual({ status: 'pinned' });
  });

  it('names the pinned key of the same type when it has changed', () => {
    expect(judge(two, web)).toMatchObject({ status: 'changed', entry: { line: 2 } });
  });

  it('tells revoked keys and unknown hosts', () => {
    expect(judge(key('ssh-ed25519', 'stolen'), web)).toMatchObject({
      status: 'revoked',
      entry: { line: 3 },
    });
    expect(judge(two, knownAs('new', hosts))).toEqual({ status: 'unknown' });
    // Revoked keys alone pin nothing.
    expect(judge(two, knownAs('other', hosts))).toEqual({ status: 'unknown' });
  });
});

describe('hostKeyAlgorithms()', () => {
  it('are those of the pinned types, RSA with SHA-2 only', () => {
    const pinned = parseKnownHosts(`web ssh-rsa ${base64(rsa)}`);
    expect(hostKeyAlgorithms(pinned)).toEqual(['rsa-sha2-512', 'rsa-sha2-256']);
  });

  it('are all when nothing is pinned, the best first', () => {
    expect(hostKeyAlgorithms([])[0]).toBe('ssh-ed25519');
    expect(hostKeyAlgorithms([])).toContain('rsa-sha2-512');
    expect(hostKeyAlgorithms([])).not.toContain('ssh-rsa');
  });
});
