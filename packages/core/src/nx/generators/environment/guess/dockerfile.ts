import { isRecord } from '@fairness-deploy/environment-file';
import type { Clue } from './clue.js';

/** What a Dockerfile says of its last stage. */
export interface Dockerfile {
  readonly ports: readonly Clue<number>[];
  /** CMD, behind ENTRYPOINT where there is one. */
  readonly command?: Clue<string>;
  /** The path that HEALTHCHECK asks for. */
  readonly healthPath?: Clue<string>;
  /** The version of the image node. */
  readonly node?: Clue<string>;
}

interface Instruction {
  readonly name: string;
  readonly words: string;
  readonly line: number;
}

/** Reads the instructions that say how the application runs. Variables are not filled in. */
export function readDockerfile(text: string): Dockerfile {
  const all = instructions(text);
  const from = all.findLastIndex(({ name }) => name === 'FROM');
  const stage = all.slice(Math.max(0, from));
  const last = (name: string) => stage.findLast((one) => one.name === name);
  const clue = <Value>(value: Value, { line }: Instruction): Clue<Value> => ({
    value,
    file: 'Dockerfile',
    line,
  });
  const ports = stage
    .filter(({ name }) => name === 'EXPOSE')
    .flatMap((one) =>
      one.words.split(/\s+/).flatMap((word) => {
        const port = Number(/^(\d+)(?:\/tcp)?$/.exec(word)?.[1]);
        return port >= 1 && port <= 65535 ? [clue(port, one)] : [];
      }),
    );
  const entry = last('ENTRYPOINT');
  const command = last('CMD');
  const run = [entry, command].flatMap((one) => (one ? [commandOf(one.words)] : [])).join(' ');
  const health = last('HEALTHCHECK');
  const path =
    health && /https?:\/\/[^\s/'"]+(\/[A-Za-z0-9._~!&()*+,;=:@%/?-]*)/.exec(health.words)?.[1];
  const node = all
    .filter(({ name }) => name === 'FROM')
    .flatMap((one) => {
      const version = /(?:^|\/|\s)node:(\d+(?:\.\d+){0,2})(?:[-@\s]|$)/.exec(one.words)?.[1];
      return version === undefined ? [] : [clue(version, one)];
    })
    .at(-1);
  const place = command ?? entry;
  return {
    ports,
    ...(place && run !== '' && { command: clue(run, place) }),
    ...(health && path !== undefined && { healthPath: clue(path, health) }),
    ...(node && { node }),
  };
}

/** Lines that end with a backslash go on; comments within them are left out. */
function instructions(text: string): readonly Instruction[] {
  const found: Instruction[] = [];
  let begun: { words: string[]; line: number } | undefined;
  for (const [at, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    begun ??= { words: [], line: at + 1 };
    begun.words.push(line.replace(/\\$/, ''));
    if (line.endsWith('\\')) continue;
    const [, name = '', words = ''] = /^(\S+)\s*(.*)$/s.exec(begun.words.join(' ').trim()) ?? [];
    found.push({ name: name.toUpperCase(), words: words.trim(), line: begun.line });
    begun = undefined;
  }
  return found;
}

/** `["node", "main.js"]`, or a line for a shell. */
function commandOf(words: string): string {
  if (!words.startsWith('[')) return words;
  let list: unknown;
  try {
    list = JSON.parse(words);
  } catch {
    return words;
  }
  if (!Array.isArray(list) || list.some((word) => typeof word !== 'string' || isRecord(word))) {
    return words;
  }
  return (list as readonly string[])
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}
