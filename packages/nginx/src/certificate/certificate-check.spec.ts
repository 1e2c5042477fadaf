import { exampleCertificate } from '@fairness-deploy/core/testing';
import { describe, expect, it } from 'vitest';
import { judgeCertificate } from './certificate-check.js';

const certificate = (...names: readonly string[]): string =>
  exampleCertificate(...names).certificate;
const pem = certificate('shop.test', '*.shop.test');
interface Output {
  readonly flag?: string;
  readonly file?: string;
  readonly shown?: string;
}
interface Judged {
  readonly names?: readonly string[];
  /** From now. */
  readonly days?: number;
}
const judge = (
  { flag = '', file = pem, shown = file }: Output,
  { names = ['shop.test', '*.shop.test'], days = 0 }: Judged = {},
) =>
  judgeCertificate(`${flag}\n${file}\n${shown}`, {
    ...{ name: 'shop', names },
    now: new Date(Date.now() + days * 86_400_000),
  });

describe('judgeCertificate()', () => {
  it('says of whom, for which names and for how long a certificate is', () => {
    expect(judge({})).toMatchObject({
      level: 'ok',
      text: 'of Example CA, for shop.test, *.shop.test, valid for 89 more days',
      data: { placeholder: false, names: ['shop.test', '*.shop.test'], daysLeft: 89 },
    });
  });

  it.each<[string, string, Output, Judged]>([
    ['warn', 'valid for 14 more days', {}, { days: 75 }],
    ['fail', 'valid for 5 more days', {}, { days: 84 }],
    ['fail', 'expired on', {}, { days: 91 }],
    ['fail', 'not for www.test', {}, { names: ['www.test'] }],
    ['fail', 'nginx shows another one', { shown: certificate('shop.test') }, {}],
    ['ok', 'valid for', { shown: '' }, {}],
    ['fail', 'there is none', { file: '' }, {}],
    ['warn', 'a placeholder', { flag: 'placeholder\n' }, {}],
  ])('%s: %s', (level, text, output, judged) => {
    const finding = judge(output, { names: ['shop.test'], ...judged });
    expect(finding).toMatchObject({ level });
    expect(finding.text).toContain(text);
  });
});
