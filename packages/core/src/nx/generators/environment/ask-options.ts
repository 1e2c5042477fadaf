/**
 * The questions of the generator. They are asked here and not by Nx (x-prompt), as each depends on what is there
 * and on the answers before it.
 */
import { NONE, type EnvironmentOptions } from './options.js';

/** Asks; an empty answer is the default. */
export type Ask = (question: string) => Promise<string>;

/**
 * Whether somebody can answer: there is a terminal, and Nx was not told that nobody is there.
 *
 * @param words of the command line
 */
export function canAsk(
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  isTerminal: boolean,
): boolean {
  const isOff = words.some((word) => /^--(?:no-interactive|interactive=false)$/.test(word));
  const ci = env['CI'];
  return isTerminal && !isOff && (ci === undefined || ci === '' || ci === 'false');
}

/**
 * The options, with the answers to what they leave open.
 *
 * @param shared the shared files of environments/
 */
export async function askOptions(
  options: EnvironmentOptions,
  shared: readonly string[],
  ask: Ask,
): Promise<EnvironmentOptions> {
  const { name } = options;
  const isCopy = options.from !== undefined;
  const base = isCopy ? options : await askBase(options, shared, ask);
  const text = async (
    key: 'host' | 'user' | 'url' | 'description',
    question: string,
  ): Promise<Partial<EnvironmentOptions>> => {
    if (options[key] !== undefined) return {};
    const answer = (await ask(question)).trim();
    return answer === '' ? {} : { [key]: answer };
  };
  return {
    ...base,
    ...(await text('description', 'What is it for, in a sentence (empty: nothing)? ')),
    ...(await text('host', `Address of its host (empty: to be written into the file)? `)),
    ...(await text('user', 'Who logs in there (empty: as ~/.ssh/config says)? ')),
    ...(await text('url', `Where do people open ${name} (empty: nowhere yet)? `)),
    ...(options.resource === undefined && (await askResources(isCopy, ask))),
  };
}

async function askBase(
  options: EnvironmentOptions,
  shared: readonly string[],
  ask: Ask,
): Promise<EnvironmentOptions> {
  if (options.extends !== undefined || options.application !== undefined) return options;
  const choices = [...shared, 'an application that has no file yet'];
  const list = choices.map((choice, at) => `  ${String(at + 1)}  ${choice}`).join('\n');
  const answer =
    shared.length === 0
      ? '1'
      : (await ask(`What does it deploy?\n${list}\nA number (empty: 1)? `)).trim() || '1';
  const chosen = shared[Number(answer) - 1] ?? shared.find((file) => file === answer);
  if (chosen !== undefined) return { ...options, extends: chosen };
  const folder = (
    await ask('Folder of its repository, such as ../shop (empty: write all of it yourself)? ')
  ).trim();
  return folder === '' ? { ...options, extends: NONE } : { ...options, application: folder };
}

async function askResources(isCopy: boolean, ask: Ask): Promise<Partial<EnvironmentOptions>> {
  const resource: string[] = [];
  const first = isCopy ? 'empty: as the first environment has them' : 'empty: none';
  for (;;) {
    const hint = resource.length === 0 ? first : 'empty: no more';
    const answer = (await ask(`A resource to create, such as VM=Hetzner, fsn1 (${hint})? `)).trim();
    if (answer === '') return resource.length === 0 ? {} : { resource };
    resource.push(answer);
  }
}
