import type { Finding } from '@fairness-deploy/core';
import { factsOf, type Expected } from './facts.js';
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
  return [...judgeWay(facts, expected), ...judgeSession(facts, expected)];
}
