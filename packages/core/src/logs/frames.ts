/** A frame of the host's program: see HOST_PROGRAM. `source` is the place of a log in the request. */
export type Frame =
  /** The host's clock in seconds, and its time zone in minutes east of UTC. */
  | { readonly kind: 'hello'; readonly seconds: number; readonly zoneMinutes: number }
  /** A sign of life. */
  | { readonly kind: 'tick'; readonly seconds: number }
  /** From now on, the log can be continued where it was left. */
  | { readonly kind: 'ready'; readonly source: number }
  /** All that was there at the beginning has been sent. */
  | { readonly kind: 'caught-up'; readonly source: number }
  | { readonly kind: 'failure'; readonly source: number; readonly reason: string }
  | { readonly kind: 'entries'; readonly source: number; readonly bytes: Buffer }
  | FileFrame
  /** The program has ended by itself. */
  | { readonly kind: 'end' };

/** A frame about a file of a log; `path` is its place among the log's paths, `id` device and inode. */
export type FileFrame = { readonly source: number; readonly path: number } & (
  | {
      /** `opened`: it is read from now on. */
      readonly kind: 'known' | 'opened';
      readonly id: string;
      readonly at: number;
      readonly before: Buffer;
    }
  /** The next bytes are within a line. */
  | { readonly kind: 'cut'; readonly id: string }
  | { readonly kind: 'data'; readonly id: string; readonly at: number; readonly bytes: Buffer }
  /** `next` is a copy of the file: it goes on in it from there. */
  | { readonly kind: 'copied'; readonly id: string; readonly next: string; readonly at: number }
  /** Nothing more comes of what it held so far. */
  | { readonly kind: 'closed'; readonly id: string }
  /** The file that was read last is gone: lines may be missing. */
  | { readonly kind: 'gap' }
);

/** The most bytes of a frame's line, and of the bytes behind it. Ours are far shorter. */
const LONGEST_LINE_BYTES = 512;
const LONGEST_DATA_BYTES = 1024 * 1024;

const BREAK = 0x0a;
const NOTHING = Buffer.alloc(0);

/** Reads frames from a stream whose chunks are cut anywhere. */
export class FrameStream {
  #held = NOTHING;

  /**
   * Takes the next bytes.
   *
   * @returns the frames that are complete now.
   * @throws Error when the host prints something else.
   */
  read(chunk: Buffer): readonly Frame[] {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const frames: Frame[] = [];
    let at = 0;
    for (;;) {
      const end = bytes.subarray(at, at + LONGEST_LINE_BYTES).indexOf(BREAK);
      if (end === -1) {
        if (bytes.length - at >= LONGEST_LINE_BYTES) refuse(bytes.subarray(at, at + 80));
        break;
      }
      const line = bytes.toString('latin1', at, at + end);
      const from = at + end + 1;
      const length = lengthIn(line);
      if (bytes.length < from + length) break;
      frames.push(parse(line, bytes.subarray(from, from + length)));
      at = from + length;
    }
    // A copy, as these few bytes would keep the whole chunk in memory.
    this.#held = at === bytes.length ? NOTHING : Buffer.from(bytes.subarray(at));
    return frames;
  }
}

/** How many bytes follow a frame's line. */
function lengthIn(line: string): number {
  if (!/^[dej] /.test(line)) return 0;
  const [, digits = ''] = / (\d{1,7})$/.exec(line) ?? [];
  const length = Number(digits);
  return digits !== '' && length <= LONGEST_DATA_BYTES ? length : refuse(line);
}

const ID = String.raw`(\d+:\d+)`;
const COUNT = String.raw`(\d{1,16})`;
const FORMS = {
  hello: new RegExp(String.raw`^h ${COUNT} ([+-])(\d\d)(\d\d)$`),
  tick: new RegExp(`^t ${COUNT}$`),
  ofSource: /^([rcej]) (\d{1,6})(?: \d+)?$/,
  known: new RegExp(String.raw`^([ko]) (\d{1,6}) (\d{1,6}) ${ID} ${COUNT} ?([0-9a-f]*)$`),
  data: new RegExp(String.raw`^d (\d{1,6}) (\d{1,6}) ${ID} ${COUNT} \d+$`),
  copied: new RegExp(String.raw`^v (\d{1,6}) (\d{1,6}) ${ID} ${ID} ${COUNT}$`),
  ofFile: new RegExp(String.raw`^([bx]) (\d{1,6}) (\d{1,6}) ${ID}$`),
  gap: /^g (\d{1,6}) (\d{1,6})$/,
};

function parse(line: string, bytes: Buffer): Frame {
  if (line.startsWith('d ')) {
    const [, source, path, id = '', at] = FORMS.data.exec(line) ?? refuse(line);
    return { kind: 'data', ...placeOf(source, path), id, at: Number(at), bytes };
  }
  if (/^[rcej] /.test(line)) {
    const [, word = '', place] = FORMS.ofSource.exec(line) ?? refuse(line);
    const source = Number(place);
    if (word === 'j') return { kind: 'entries', source, bytes };
    if (word === 'e') return { kind: 'failure', source, reason: bytes.toString('utf8') };
    return { kind: word === 'r' ? 'ready' : 'caught-up', source };
  }
  if (/^[ko] /.test(line)) {
    const [, word, source, path, id = '', at, before = ''] = FORMS.known.exec(line) ?? refuse(line);
    return {
      ...{ kind: word === 'k' ? 'known' : 'opened', ...placeOf(source, path), id },
      ...{ at: Number(at), before: Buffer.from(before, 'hex') },
    };
  }
  if (/^[bx] /.test(line)) {
    const [, word, source, path, id = ''] = FORMS.ofFile.exec(line) ?? refuse(line);
    return { kind: word === 'b' ? 'cut' : 'closed', ...placeOf(source, path), id };
  }
  if (line.startsWith('v ')) {
    const [, source, path, id = '', next = '', at] = FORMS.copied.exec(line) ?? refuse(line);
    return { kind: 'copied', ...placeOf(source, path), id, next, at: Number(at) };
  }
  if (line.startsWith('g ')) {
    const [, source, path] = FORMS.gap.exec(line) ?? refuse(line);
    return { kind: 'gap', ...placeOf(source, path) };
  }
  if (line.startsWith('t ')) {
    const [, seconds] = FORMS.tick.exec(line) ?? refuse(line);
    return { kind: 'tick', seconds: Number(seconds) };
  }
  if (line === 'z') return { kind: 'end' };
  const [, seconds, sign, hours, minutes] = FORMS.hello.exec(line) ?? refuse(line);
  const zone = Number(hours) * 60 + Number(minutes);
  return {
    ...{ kind: 'hello', seconds: Number(seconds) },
    zoneMinutes: sign === '-' ? -zone : zone,
  };
}

function placeOf(source: string | undefined, path: string | undefined) {
  return { source: Number(source), path: Number(path) };
}

function refuse(found: string | Buffer): never {
  throw new Error(
    `Cannot read the host's logs: it prints ${JSON.stringify(found.toString('latin1').slice(0, 80))}`,
  );
}
