import { describe, expect, it } from 'vitest';
import { statusPage } from './page.js';
import type { ReportData, ReportHost } from './report-data.js';

const NOW = new Date('2026-12-01T13:00:00Z');
const AT = '2026-12-01T12:59:30.000Z';
const host = (changes: Partial<ReportHost> = {}): ReportHost => ({
  ...{ name: 'web', at: AT, findings: [], causes: [], parts: [], points: [] },
  ...changes,
});
const data = (environment: string, changes: Partial<ReportHost> = {}, at = AT): ReportData => ({
  ...{ version: 1, environment, at, hosts: [host(changes)] },
});
const finding = (level: 'ok' | 'warn' | 'fail') =>
  ({ section: 'nginx', name: 'nginx', layer: 'proxy', level, text: 'a text' }) as const;

/** What the page says, without its markup. */
const textOf = (page: string): string =>
  page
    .replaceAll(/<style>.*<\/style>/gs, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');

describe('statusPage()', () => {
  it('shows each environment by its name, as bad as its worst host', () => {
    const page = statusPage(
      [
        data('staging', { findings: [finding('ok'), finding('fail')] }),
        data('prod', { findings: [finding('ok'), finding('warn')] }),
        data('vagrant', { failure: 'Cannot connect' }, '2026-11-28T13:00:00.000Z'),
        data('demo', { findings: [finding('ok')] }),
      ],
      NOW,
    );
    const cards = [...page.matchAll(/<li>\s*<a\s+href="#environment-\d"\s*>.*?<\/li>/gs)];
    expect(cards.map(([card]) => textOf(card).trim())).toEqual([
      'well demo 1 host, just now',
      'warning prod 1 host, just now',
      'failing staging 1 host, just now',
      'not reached vagrant 1 host, 3 days ago',
    ]);
  });

  it('shows texts of others as texts, wherever they stand', () => {
    const hostile = `"'><img src=x onerror=alert(1)></style><script>`;
    const span = { from: AT, label: hostile, text: hostile, level: 'ok' } as const;
    const page = statusPage(
      [
        {
          ...data(hostile, {
            ...{ name: hostile, failure: hostile, causes: [hostile] },
            findings: (['ok', 'warn', 'fail'] as const).map((level) => ({
              ...finding(level),
              ...{ section: hostile, name: hostile, text: hostile, hint: hostile },
            })),
            parts: [
              { kind: 'timeline', title: hostile, lanes: [{ name: hostile, spans: [span] }] },
              {
                kind: 'bars',
                title: hostile,
                bars: [{ label: hostile, value: 1, text: hostile, level: 'warn' }],
              },
              { kind: 'table', title: hostile, columns: [hostile], rows: [[hostile]] },
            ],
            points: [
              { at: '2026-12-01T11:00:00.000Z', level: 'ok', disks: { [hostile]: 5 } },
              { at: AT, disks: { [hostile]: 6 } },
            ],
          }),
          description: hostile,
        },
      ],
      NOW,
    );
    expect(page).not.toMatch(/<(?:img|script)/);
    expect(page.match(/<\/style>/g)).toHaveLength(1);
    expect(page.match(/&lt;img/g)?.length).toBeGreaterThan(20);
  });

  it('says so when nothing is known yet', () => {
    const page = statusPage([data('prod', { failure: 'no route', at: undefined as never })], NOW);
    expect(textOf(page)).toContain('Nothing is known of it yet.');
    expect(textOf(statusPage([], NOW))).toContain('Environments');
  });
});
