import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { outputTo } from './output.js';

const stream = (write: Writable['_write']) =>
  Object.assign(new Writable({ write }), { isTTY: false, columns: 80 });

const broken = () =>
  stream((_chunk, _encoding, done) => {
    done(new Error('write EPIPE'));
  });

describe('outputTo()', () => {
  it('passes on what is written', async () => {
    let text = '';
    const output = outputTo(
      stream((chunk, _, done) => {
        text += String(chunk);
        done();
      }),
      broken(),
    );
    output.write('one\n');
    output.write('two\n');
    expect(await output.end()).toBe(true);
    expect(text).toBe('one\ntwo\n');
  });

  it('reports once that it is closed, and drops the rest', async () => {
    let said = '';
    const stderr = stream((chunk, _, done) => {
      said += String(chunk);
      done();
    });
    const output = outputTo(broken(), stderr);
    output.write('one\n');
    output.write('two\n');
    await new Promise(setImmediate);
    output.write('three\n');
    expect(await output.end()).toBe(false);
    expect(said).toMatch(
      /^Cannot write the report: write EPIPE; the command continues, and its exit status will be 1[^\n]*\n$/,
    );
  });

  it('does no harm when standard error is closed too', async () => {
    const output = outputTo(broken(), broken());
    output.write('one\n');
    expect(await output.end()).toBe(false);
  });
});
