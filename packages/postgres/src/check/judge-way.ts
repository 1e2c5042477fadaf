import type { Finding } from '@fairness-deploy/core';
import type { Section } from '../section/section.js';
import { first, target, type Expected, type Facts } from './facts.js';

/** The findings on the way to the server: its name, its port, and its certificate. Pure. */
export function judgeWay(facts: Facts, expected: Expected): readonly Finding[] {
  return [...judgeName(facts), ...judgePort(facts, expected), ...judgeCertificate(facts, expected)];
}

function judgeName(facts: Facts): readonly Finding[] {
  const addresses = first(facts, 'name');
  if (addresses === undefined) return [];
  const name = 'name';
  if (addresses === 'unknown') {
    const text = `the host cannot resolve ${target(facts).host}`;
    const hint = 'correct the host (by default the secret db_host), or the DNS of the server';
    return [{ name, level: 'fail', text, hint, data: {} }];
  }
  const data = { addresses: addresses.split(' ') };
  return [{ name, level: 'ok', text: addresses.replaceAll(' ', ', '), data }];
}

function judgePort(facts: Facts, { mode, environment }: Expected): readonly Finding[] {
  const [state = '', ...words] = first(facts, 'port')?.split(' ') ?? [];
  if (state === '') return [];
  const about = { name: 'port', data: { state } };
  const where = `port ${target(facts).port}`;
  if (state === 'open') return [{ ...about, level: 'ok', text: `${where} is open` }];
  const text =
    state === 'silent'
      ? `${where} does not answer`
      : `${where} is closed: ${words.join(' ') || 'no reason given'}`;
  return [{ ...about, level: 'fail', text, hint: portHint(mode, state, environment) }];
}

function portHint(mode: Section['mode'], state: string, environment: string): string {
  if (mode === 'tunnel') {
    return `start your own PostgreSQL, and keep this running: npx nx run ${environment}:db-tunnel`;
  }
  if (mode === 'local') {
    return `npx nx run ${environment}:provision starts it; why it ended: journalctl -u 'postgresql@*'`;
  }
  return state === 'silent'
    ? "a firewall drops the packets: add this host's address to the trusted sources of the provider"
    : 'see whether the server runs, and whether the port is right (by default the secret db_port)';
}

/** Codes of openssl-verification-options(1). */
const TLS_HINTS: Readonly<Record<string, string>> = {
  '9': 'its clock, or that of the host, is wrong',
  '10': 'the provider must renew it; until then no connection is safe',
  '18': "name the provider's CA: postgres: { ca: <file> }",
  '19': "name the provider's CA: postgres: { ca: <file> }",
  '20': "this CA has not signed it: name the provider's: postgres: { ca: <file> }",
  '21': "this CA has not signed it: name the provider's: postgres: { ca: <file> }",
};

function judgeCertificate(facts: Facts, { tls }: Expected): readonly Finding[] {
  const said = first(facts, 'tls');
  if (said === undefined) return [];
  const name = 'tls';
  const certificate = facts.get('certificate') ?? [];
  const data = { certificate };
  if (said === 'none' || certificate.length === 0) {
    const text = 'the server does not offer TLS';
    const hint = `turn it on there; without it everyone on the way can read along (tls: disable allows that)`;
    return [{ name, level: 'fail', text, hint, data }];
  }
  const [code = '', ...words] = said.split(' ');
  const shown = certificate.join(', ');
  if (code === '0') return [{ name, level: 'ok', text: shown, data: { ...data, code } }];
  const reason = words.join(' ').replace(/^\((.*)\)$/, '$1');
  const text = `its certificate is not trusted: ${reason} (${shown})`;
  const checks = tls.startsWith('verify');
  const hint = checks ? TLS_HINTS[code] : 'tls: verify-full would refuse it';
  return [
    {
      ...{ name, level: checks ? 'fail' : 'warn', text, data: { ...data, code } },
      ...(hint !== undefined && { hint }),
    },
  ];
}
