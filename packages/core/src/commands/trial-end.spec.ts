import { describe, expect, it } from 'vitest';
import type { ChangeResult } from '../engine/apply-plan.js';
import { TRIAL_BEGUN } from '../resource-parts/trial.js';
import { trialFailure, trialHint } from './trial-end.js';

const result = (output: string, more: Partial<ChangeResult> = {}): ChangeResult => ({
  ...{ address: 'firewall:host', action: 'update', status: 'failed', onTrial: true, output },
  ...{ milliseconds: 1, differences: [], hinderedBy: [], ...more },
});

describe('trialFailure()', () => {
  it('is what the host says of a change that nobody confirmed', () => {
    const output = `${TRIAL_BEGUN}\nnoise\nCannot keep it: nobody came\n  → Correct it\n`;
    expect(trialFailure(result(output))).toEqual({
      message: 'Cannot keep it: nobody came',
      hint: 'Correct it',
    });
  });

  it('has what was printed before, where the change itself failed', () => {
    expect(trialFailure(result('nft: no\nCannot change it, see above\n'))).toEqual({
      message: 'Cannot change it, see above',
      details: 'nft: no',
    });
  });

  it('is none where the host says nothing, or there was no trial', () => {
    expect(trialFailure(result(''))).toBeUndefined();
    expect(trialFailure(result('Cannot keep it', { onTrial: false }))).toBeUndefined();
  });
});

it('trialHint() names a change whose job was killed', () => {
  const of = (...changes: readonly ChangeResult[]) =>
    trialHint({ changes, spoiled: [], finished: false });
  expect(of(result(''))).toContain('the host restores the old state within 30 s');
  expect(of(result('', { status: 'changed' }), result('', { onTrial: false }))).toBeUndefined();
});
