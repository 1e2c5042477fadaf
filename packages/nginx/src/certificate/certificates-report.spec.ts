import { expect, it } from 'vitest';
import { certificateParts } from './certificates-report.js';

it('shows the days that certificates have left, and nothing where there are none', () => {
  const finding = (name: string, level: 'ok' | 'fail', data: object) => ({
    name,
    level,
    text: '',
    data: { ...data },
  });
  expect(
    certificateParts([
      finding('nginx', 'ok', {}),
      finding('certificate shop.test', 'ok', { daysLeft: 83, ends: '2027-02-22T12:00:00.000Z' }),
      finding('certificate old.test', 'fail', { daysLeft: -2, ends: '2026-11-29T12:00:00.000Z' }),
      finding('certificate none.test', 'fail', { there: false }),
    ]),
  ).toEqual([
    {
      ...{ kind: 'bars', title: 'Certificates: days left' },
      bars: [
        { label: 'shop.test', value: 83, text: '83 days, until 2027-02-22', level: 'ok' },
        { label: 'old.test', value: 0, text: '-2 days, until 2026-11-29', level: 'fail' },
      ],
    },
  ]);
  expect(certificateParts([])).toEqual([]);
});
