import { quoteText } from '@fairness-deploy/environment-file';
import { shellWords, UnclosedQuote } from '../value/shell-words.js';
import type { HostScope } from './host-scope.js';

export interface SshOptions {
  readonly port?: number;
  readonly user?: string;
  readonly identityFile?: string;
}

const VARIABLES = ['ansible_ssh_args', 'ansible_ssh_common_args', 'ansible_ssh_extra_args'];

/** Options of ssh(1) that are as they say, or that nobody should take over. */
const REPLACED: Readonly<Record<string, string>> = {
  forwardagent: 'the agent is not forwarded: commits come over the open connection',
  stricthostkeychecking: 'host keys are always checked: ping pins them in known_hosts',
  userknownhostsfile: 'each environment has its known_hosts',
  controlmaster: 'one connection is kept open for a run',
  controlpersist: 'one connection is kept open for a run',
  controlpath: 'one connection is kept open for a run',
  identitiesonly: 'a key that identityFile names is the only one that is used',
};

/** Reads the options of ssh that variables give; those without a counterpart are findings. */
export function translateSshOptions(scope: HostScope): SshOptions {
  const found: { port?: number; user?: string; identityFile?: string } = {};
  for (const variable of VARIABLES) {
    const text = scope.plain(variable);
    if (text === undefined) continue;
    const place = scope.placeOf(variable);
    for (const [key, value] of optionsOf(text)) {
      const replaced = REPLACED[key.toLowerCase()];
      if (replaced !== undefined) scope.findings.add('replaced', place, `${key}: ${replaced}`);
      else if (/^port$/i.test(key) && /^\d{1,5}$/.test(value)) found.port = Number(value);
      else if (/^user$/i.test(key) && /^[a-z_][a-z0-9_-]{0,31}$/.test(value)) found.user = value;
      else if (/^identityfile$/i.test(key) && /^(?:~\/|\/)/.test(value)) found.identityFile = value;
      else {
        scope.findings.add(
          'untranslated',
          place,
          `${variable}: ${quoteText(`${key} ${value}`.trim())}`,
          'write it into ~/.ssh/config, below Host <alias>, and the alias as the address',
        );
      }
    }
  }
  return found;
}

const SHORT: Readonly<Record<string, string>> = {
  '-p': 'Port',
  '-l': 'User',
  '-i': 'IdentityFile',
  '-J': 'ProxyJump',
};

function optionsOf(text: string): readonly (readonly [string, string])[] {
  let words: readonly string[];
  try {
    words = shellWords(text);
  } catch (error) {
    if (error instanceof UnclosedQuote) return [[text, '']];
    throw error;
  }
  const found: [string, string][] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    const short = SHORT[word];
    if (word.startsWith('-o')) {
      const option = word === '-o' ? (words[(at += 1)] ?? '') : word.slice(2);
      const [, key = option, value = ''] = /^([^=\s]+)[=\s]\s*([^]*)$/.exec(option) ?? [];
      found.push([key, value]);
    } else if (short !== undefined) {
      found.push([short, words[(at += 1)] ?? '']);
    } else if (word === '-A') {
      found.push(['ForwardAgent', 'yes']);
    } else {
      found.push([word, '']);
    }
  }
  return found;
}
