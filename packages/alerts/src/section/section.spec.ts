import { describe, expect, it } from 'vitest';
import { sectionSchema } from './section.js';

describe('the section alerts', () => {
  it('needs somebody who is told, and has the rest by default', () => {
    const { schedule, after, notify } = sectionSchema.parse({
      notify: { mail: 'operations@example.org' },
    });
    expect({ schedule, after, notify }).toEqual({
      ...{ schedule: '*:0/5', after: 2 },
      notify: [{ mail: 'operations@example.org' }],
    });
    expect(sectionSchema.safeParse({}).success).toBe(false);
  });

  it.each([
    [{ notify: [] }, 'expected { url'],
    [{ notify: { url: 'ftp://example.org' } }, 'begins with https://'],
    [{ notify: { mail: 'x@y\nBcc: z@example.org' } }, 'expected an address'],
    [{ notify: { mail: '-oQ/tmp@example.org' } }, 'hyphen'],
    [{ notify: { mail: 'Ana <ana@example.org>' } }, 'expected an address'],
    [{ notify: { mail: 'a@b.c' }, schedule: 'half past' }, 'there is no time zone'],
    [{ notify: { mail: 'a@b.c' }, after: 0 }, 'from 1 to 100'],
    [{ notify: { mail: 'a@b.c' }, deadMansSwitch: 'x' }, 'begins with https://'],
  ])('refuses %j', (value, message) => {
    const { error } = sectionSchema.safeParse(value);
    expect(JSON.stringify(error?.issues)).toContain(message);
  });
});
