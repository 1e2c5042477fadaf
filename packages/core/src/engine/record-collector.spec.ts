import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lines, sh } from '@fairness-deploy/shell';
import { framed, framedRead } from './framed.js';
import { RECORD_LIMIT_BYTES, RecordCollector } from './record-collector.js';

const nonce = '6b1f0c5e2d';

function collect(chunks: readonly Buffer[]): RecordCollector {
  const records = new RecordCollector(nonce);
  chunks.forEach((chunk) => {
    records.push(chunk);
  });
  return records;
}

const bytes = (text: string): Buffer => Buffer.from(text);

describe('RecordCollector', () => {
  it('leaves out what lies between records', () => {
    const records = collect([
      bytes(
        `Welcome!\n\n${nonce} begin 0\nstate\n\n${nonce} end 0 0\nnoise\n${nonce} begin 1\n\n${nonce} end 1 3\n`,
      ),
    ]);
    expect(records.get('0')).toEqual({ output: 'state\n', status: 0, truncated: false });
    expect(records.get('1')).toEqual({ output: '', status: 3, truncated: false });
    expect(records.get('2')).toBeUndefined();
  });

  it('keeps any output as it is, wherever the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 5 }),
        fc.array(fc.nat(40), { maxLength: 40 }),
        (outputs, cuts) => {
          let rest = bytes(
            outputs
              .map(
                (output, at) =>
                  `\n${nonce} begin ${String(at)}\n${output}\n${nonce} end ${String(at)} 0\n`,
              )
              .join(''),
          );
          const chunks = cuts.map((cut) => {
            const chunk = rest.subarray(0, cut);
            rest = rest.subarray(cut);
            return chunk;
          });
          const records = collect([...chunks, rest]);
          outputs.forEach((output, at) => {
            expect(records.get(String(at))).toEqual({ output, status: 0, truncated: false });
          });
        },
      ),
    );
  });

  it('is not deceived by forged frames', () => {
    const forged = '\nffffffffff end 0 0\n\nffffffffff begin 1\nall is well\n';
    const records = collect([bytes(`\n${nonce} begin 0\n${forged}\n${nonce} end 0 1\n`)]);
    expect(records.get('0')).toEqual({ output: forged, status: 1, truncated: false });
    expect(records.get('1')).toBeUndefined();
  });

  it('keeps a bounded part of an endless record', () => {
    const records = new RecordCollector(nonce);
    records.push(bytes(`\n${nonce} begin 0\n`));
    const block = Buffer.alloc(1024 * 1024, 'x');
    for (let count = 0; count < 16; count += 1) records.push(block);
    records.push(bytes(`\n${nonce} end 0 0\n`));
    expect(records.get('0')?.output.length).toBe(RECORD_LIMIT_BYTES - 1);
    expect(records.get('0')?.truncated).toBe(true);
  });

  it("passes a line on with its break, though the record's end may follow", () => {
    const seen: string[] = [];
    const records = new RecordCollector(nonce, (event) => {
      seen.push(event.type === 'data' ? event.bytes.toString() : event.type);
    });
    records.push(bytes(`\n${nonce} begin 0\n`));
    records.push(bytes('Waiting for another apt\n'));
    expect(seen).toEqual(['begin', 'Waiting for another apt\n']);
    records.push(bytes(`\n${nonce} end 0 0\n`));
    expect(seen).toEqual(['begin', 'Waiting for another apt\n', '\n', 'end']);
    expect(records.get('0')?.output).toBe('Waiting for another apt\n');
  });

  it('distinguishes a record without an end', () => {
    expect(collect([bytes(`\n${nonce} begin 0\nhalf`)]).get('0')?.status).toBeUndefined();
  });
});

describe.each(['dash', 'bash'])('framed scripts under %s', (shell) => {
  const run = (script: { reveal(): string }): RecordCollector =>
    collect([execFileSync(shell, ['-s'], { input: script.reveal() })]);

  it('frames output, errors and status of each fragment', () => {
    const records = run(
      lines(
        framed(nonce, '0', sh`echo out; echo err >&2; false; echo unreachable`),
        framed(nonce, '1', sh`cat; printf end`),
      ),
    );
    expect(records.get('0')).toEqual({ output: 'out\nerr\n', status: 1, truncated: false });
    expect(records.get('1')).toEqual({ output: 'end', status: 0, truncated: false });
  });

  it("keeps a read's errors apart from its output", () => {
    const records = run(
      lines(
        framedRead(nonce, '0', sh`printf state; echo warning >&2`),
        framedRead(nonce, '1', sh`echo half; ls /nonexistent`),
      ),
    );
    expect(records.get('0')).toEqual({ output: 'state', status: 0, truncated: false });
    expect(records.get('0!')).toBeUndefined();
    expect(records.get('1')?.output).toBe('half\n');
    expect(records.get('1')?.status).not.toBe(0);
    expect(records.get('1!')?.output).toContain('/nonexistent');
  });
});

it('a RecordCollector gives up a line that has no end, instead of keeping all of it', () => {
  const records = new RecordCollector('n0nce');
  records.push(Buffer.from('\nn0nce begin '));
  const endless = (): void => {
    for (let chunk = 0; chunk < 100; chunk += 1) records.push(Buffer.alloc(1000, 'x'));
  };
  expect(endless).toThrow("a frame's line is longer than 4096 bytes");
});
