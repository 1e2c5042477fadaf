import { HintedError } from '@fairness-deploy/shell/text';
import { ADVICE, KNOWN, type Context } from './known-directives.js';
import type { Directive } from './nginx-directives.js';

/** A file of nginx, parsed. */
export interface OldFile {
  readonly name: string;
  readonly directives: readonly Directive[];
}

/** The most directives that one message names. */
const MOST = 20;

/** How a person names a directive that is taken care of: `permacoop.conf:12 auth_basic`. */
function nameOf(file: string, { line, words: [name = ''] }: Directive): string {
  return `${file}:${String(line)} ${name}`;
}

/** The directives that nobody has said to be taken care of. */
export function withoutAccepted(file: OldFile, accept: readonly string[]): OldFile {
  const left = (directives: readonly Directive[]): readonly Directive[] =>
    directives
      .filter((one) => !accept.includes(nameOf(file.name, one)))
      .map((one) => (one.block ? { ...one, block: left(one.block) } : one));
  return { ...file, directives: left(file.directives) };
}

/**
 * Each directive must be one that the old roles wrote: others, such as those that protect a path, would be lost.
 *
 * @param main nginx.conf
 * @throws HintedError with each that is not.
 */
export function refuseLostDirectives(main: OldFile | undefined, sites: readonly OldFile[]): void {
  const lost = [
    ...(main ? lostIn(main.name, main.directives, 'main') : []),
    ...sites.flatMap(({ name, directives }) => lostIn(name, directives, 'site')),
  ];
  if (lost.length === 0) return;
  const rows = lost
    .slice(0, MOST)
    .map(({ name, advice, within }) => `${name}${within}${advice === '' ? '' : `: ${advice}`}`);
  const more = lost.length > MOST ? [`and ${String(lost.length - MOST)} more`] : [];
  throw new HintedError(
    `Cannot take over the old site: its directives would be lost:\n  ${[...rows, ...more].join('\n  ')}`,
    {
      hint: `write them in the section nginx, or in a snippet of its site, and say that this is done: takeover: { accept: [${lost
        .slice(0, MOST)
        .map(({ name }) => `'${name}'`)
        .join(', ')}] }`,
    },
  );
}

interface Lost {
  readonly name: string;
  readonly within: string;
  readonly advice: string;
}

function lostIn(
  file: string,
  directives: readonly Directive[],
  context: Context,
  within = '',
): readonly Lost[] {
  return directives.flatMap((directive) => {
    const { words, block } = directive;
    const [key = '', ...rest] = words;
    const isBlock = BLOCKS.has(key) && context !== 'upstream';
    if (KNOWN[context].get(key)?.(rest) !== true || (block !== undefined) !== isBlock) {
      return [{ name: nameOf(file, directive), within, advice: ADVICE.get(key) ?? '' }];
    }
    const inner = BLOCKS.get(key);
    if (!block || inner === undefined) return [];
    return lostIn(file, block, inner, key === 'location' ? ` in location ${rest.join(' ')}` : '');
  });
}

/** What the blocks hold. Those without a context hold nothing that could be lost. */
const BLOCKS: ReadonlyMap<string, Context | undefined> = new Map([
  ['http', 'http'],
  ['events', undefined],
  ['map', undefined],
  ['server', 'server'],
  ['location', 'location'],
  ['upstream', 'upstream'],
] as const);
