import type { Finding } from '@fairness-deploy/core';
import { factsOf, type Expected, type Facts } from './facts.js';
import { judgeSession } from './judge-session.js';
import { judgeWay } from './judge-way.js';

/** The findings of askDatabase(), one a layer, up to the first one that fails. Pure. */
export function judgeDatabase(output: string, expected: Expected): readonly Finding[] {
  const facts = factsOf(output);
  const [missing] = facts.get('missing') ?? [];
  if (missing !== undefined) {
    const text =
      missing === 'psql'
        ? 'the program psql is missing'
        : 'the host has no connection settings yet';
    const hint = `npx nx run ${expected.environment}:provision`;
    return [{ name: 'client', level: 'fail', text, hint, data: { missing } }];
  }
  return [
    ...judgeFile(facts, expected),
    ...judgeWay(facts, expected),
    ...judgeSession(facts, expected),
  ];
}

/** What follows is of the host's own file: a changed secret is not on the host until it is provisioned. */
function judgeFile(facts: Facts, { digest, environment }: Expected): readonly Finding[] {
  if (digest === undefined || facts.get('digest')?.[0] === digest) return [];
  const text = "the host's connection is another one than the environment's";
  const hint = `npx nx run ${environment}:provision`;
  return [{ name: 'client', level: 'fail', text, hint, data: { missing: 'provision' } }];
}
