import { describe, expect, it } from 'vitest';
import {
  describeFailure,
  failureOf,
  HintedError,
  inOneMessage,
  printedError,
  withHint,
} from './hinted-error.js';

describe('HintedError', () => {
  it('keeps what to do apart from what is the case, and the cause', () => {
    const cause = new Error('ENOENT');
    const error = new HintedError('Cannot read a: it is not there', { hint: 'touch a', cause });
    expect(error).toMatchObject({
      ...{ name: 'HintedError', message: 'Cannot read a: it is not there' },
      ...{ hint: 'touch a', cause },
    });
    expect(failureOf(error)).toEqual({ message: error.message, hint: 'touch a' });
  });
});

describe('failureOf()', () => {
  it('takes the hint of an error of another copy of this package', () => {
    expect(failureOf(Object.assign(new Error('no'), { hint: 'yes' }))).toEqual({
      ...{ message: 'no', hint: 'yes' },
    });
  });

  it.each([
    [new Error('no'), 'no'],
    [Object.assign(new Error('no'), { hint: 1 }), 'no'],
    ['text', 'text'],
    [undefined, 'undefined'],
  ])('has a message alone for what has no hint: %s', (thrown, message) => {
    expect(failureOf(thrown)).toEqual({ message });
  });
});

describe('withHint()', () => {
  it('writes what to do below, all its lines in one column', () => {
    expect(withHint('Cannot go', undefined)).toBe('Cannot go');
    expect(withHint('Cannot go', 'stay')).toBe('Cannot go\n  → stay');
    expect(withHint('Cannot go', 'stay\nor run', '    ')).toBe(
      'Cannot go\n    → stay\n      or run',
    );
  });
});

describe('printedError()', () => {
  it.each([
    ['Cannot go', undefined],
    ['Cannot go', 'stay'],
    ['Cannot go', 'stay\nor run'],
    ['Cannot go\n  → stay\nCannot run', 'sleep'],
  ])('takes the last hint out of what a script said: %j, %j', (message, hint) => {
    expect(failureOf(printedError(withHint(message, hint)))).toEqual({
      message,
      ...(hint !== undefined && { hint }),
    });
  });

  it('leaves a hint in the message where something else was said after it', () => {
    const said = 'Cannot go\n  → stay\nand one more thing';
    expect(failureOf(printedError(said))).toEqual({ message: said });
  });
});

describe('describeFailure()', () => {
  it('says all, and steers no terminal', () => {
    const error = new HintedError('Cannot go\u001b[2J', { hint: 'stay\u001b[2J' });
    expect(describeFailure(error)).toBe('Cannot go\n  → stay');
  });
});

describe('inOneMessage()', () => {
  it('puts the hint into the message, and leaves what has none', () => {
    const error = new HintedError('Cannot go', { hint: 'stay' });
    expect(inOneMessage(error)).toMatchObject({ message: 'Cannot go\n  → stay', cause: error });
    const other = new TypeError('no');
    expect(inOneMessage(other)).toBe(other);
  });
});
