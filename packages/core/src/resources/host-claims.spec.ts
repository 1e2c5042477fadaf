import { checkShell, saying } from '@fairness-deploy/shell/testing';
import { sh } from '@fairness-deploy/shell';
import { describe, expect, it } from 'vitest';
import type { Claim } from '../resource-parts/claim.js';
import { hostClaims } from './host-claims.js';

const claim = (what: string, is = 'for shop'): Claim => ({ what, is });
const shop = hostClaims({
  ...{ application: 'shop', environment: 'prod' },
  claims: [claim('the port 3000'), claim('the port 80', 'for nginx')],
});

const SHOP = '\tshop\nprod\nthe port 3000\tfor shop\nthe port 80\tfor nginx\n';
const blog = (...lines: readonly string[]): string =>
  ['\tblog', 'staging', ...lines, ''].join('\n');

describe('hostClaims()', () => {
  it('are recorded, and then nothing is to do', () => {
    expect(shop.plan('')).toMatchObject({
      action: 'create',
      differences: [{ to: 'the port 3000 for shop, the port 80 for nginx' }],
    });
    expect(shop.plan(SHOP)).toBeUndefined();
    expect(shop.plan('\tshop\nprod\n')?.action).toBe('update');
  });

  it('agree with what others have otherwise, or in the same way', () => {
    const others = blog('the port 3100\tfor blog', 'the port 80\tfor nginx');
    expect(shop.plan(others + SHOP)).toBeUndefined();
    expect(shop.plan(others)?.action).toBe('create');
  });

  it('are refused with both names when another environment has the same thing', () => {
    const others = blog('the port 80\tfor blog', 'the port 3000\tfor blog', 'the site x\tfor blog');
    expect(() => shop.plan(others)).toThrow(
      saying(
        'Cannot set up shop for the environment "prod" beside blog of the environment "staging": on this host, the port 3000 is for blog, the port 80 is for blog\n' +
          '  → Change it in one of the two. If the environment "staging" is gone from this host, remove its record: rm /var/lib/fairness-deploy/claims/blog',
      ),
    );
  });

  it('are refused when another environment has the application', () => {
    expect(() => shop.plan(SHOP.replace('prod', 'staging'))).toThrow(
      saying(
        'Cannot set up shop for the environment "prod": on this host, it belongs to the environment "staging"\n' +
          '  → Give it another application.name. If the environment "staging" is gone from this host, remove its record: rm /var/lib/fairness-deploy/claims/shop',
      ),
    );
  });

  it('renders scripts without fault', async () => {
    await checkShell(shop.read);
    await checkShell(shop.plan('')?.apply ?? sh`false`);
  });
});
