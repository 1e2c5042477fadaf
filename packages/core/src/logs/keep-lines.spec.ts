import { describe, expect, it } from 'vitest';
import { atLevel, sinceThen } from './keep-lines.js';
import type { LogLevel } from '../plugin/log-line.js';

const line = (text: string, of: { time?: number; level?: LogLevel; stream?: string } = {}) => ({
  ...{ stream: 'a', text },
  ...of,
});
const texts = (lines: readonly { readonly text: string }[]) => lines.map(({ text }) => text);

describe('sinceThen()', () => {
  it('lets a line without a time share the fate of the line before it, or of the first behind it', () => {
    const lines = [
      ...[line('older'), line('old', { time: 1 }), line('its stack'), line('new', { time: 2 })],
      ...[line('its stack, too'), line('without any', { stream: 'b' })],
    ];
    expect(texts(sinceThen(lines, 2))).toEqual(['new', 'its stack, too', 'without any']);
  });

  it('remembers between calls', () => {
    const last = new Map<string, boolean>();
    sinceThen([line('old', { time: 1 })], 2, last);
    expect(texts(sinceThen([line('its stack'), line('new', { time: 2 })], 2, last))).toEqual([
      'new',
    ]);
  });
});

describe('atLevel()', () => {
  it('keeps what is as grave or graver, with the lines that belong to it', () => {
    const last = new Map<string, boolean>();
    const lines = [
      ...[line('begin'), line('info', { level: 'info' }), line('more of it')],
      ...[line('error', { level: 'error' }), line('stack'), line('plain', { stream: 'b' })],
    ];
    expect(texts(atLevel(lines, 'warn', last))).toEqual(['begin', 'error', 'stack', 'plain']);
    expect(texts(atLevel([line('stack, too')], 'warn', last))).toEqual(['stack, too']);
  });
});
