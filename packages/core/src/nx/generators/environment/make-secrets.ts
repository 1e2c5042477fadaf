import { placeOf } from '@fairness-deploy/secrets';
import {
  askHidden,
  NoPassword,
  readAllSecrets,
  readSection,
  sealNewSecrets,
  type Voice,
} from '@fairness-deploy/secrets/commands';
import { failureOf } from '@fairness-deploy/shell/text';
import type { Tree } from '@nx/devkit';
import { treeSource } from '../tree-source.js';
import type {
  UnopenedEnvironment,
  WantedSecret,
} from '../../../environment/load-without-secrets.js';
import { describeValues, newValues, type NewSecret } from './new-values.js';
import type { EnvironmentOptions } from './options.js';

/** An encrypted file of secrets that is to be written, and what is said of it. */
export interface MadeSecrets {
  readonly file: string;
  /** undefined: nothing is to be written. */
  readonly text?: string;
  readonly said: readonly string[];
  /** The names of those that still need a value. */
  readonly open: readonly string[];
  /** The hint how to get a key, when there is none to encrypt with. */
  readonly needsKey?: string;
}

/**
 * Makes the secrets of a new environment. Shows no value.
 *
 * @param isAsking whether somebody can type values
 * @throws SecretsError when the values of the first environment are wanted, and can't be opened.
 */
export async function makeSecrets(
  tree: Tree,
  { environment, section, wanted }: UnopenedEnvironment,
  options: EnvironmentOptions,
  isAsking: boolean,
): Promise<MadeSecrets> {
  const file = `environments/${environment.name}/secrets.yaml`;
  if (wanted.length === 0 || tree.exists(file)) return { file, said: [], open: [] };
  const said: string[] = [];
  const voice: Voice = {
    say: (text) => void said.push(text),
    warn: (text) => void said.push(text),
  };
  const copied = await copiedValues(tree, options, voice);
  const secrets = await newValues(wanted, copied, isAsking ? askFor : noAnswer);
  const place = placeOf(tree.root, environment.name);
  let text: string;
  try {
    text = await sealNewSecrets(
      place,
      section,
      secrets.map(({ secret }) => secret),
      voice,
    );
  } catch (error) {
    if (!(error instanceof NoPassword)) throw error;
    const { message, hint } = failureOf(error);
    return {
      file,
      said: [`${file} is not written yet. ${message}`],
      open: [],
      needsKey: hint ?? 'write a password',
    };
  }
  return { file, text, said: [...said, ...describeValues(file, secrets)], open: openOf(secrets) };
}

function openOf(secrets: readonly NewSecret[]): readonly string[] {
  return secrets.filter(({ origin }) => origin === 'placeholder').map(({ secret }) => secret.name);
}

async function copiedValues(
  tree: Tree,
  { from, copySecrets = false }: EnvironmentOptions,
  { warn }: Voice,
): Promise<ReadonlyMap<string, string>> {
  if (from === undefined || !copySecrets) return new Map();
  const place = placeOf(tree.root, from);
  return readAllSecrets(place, readSection(place, treeSource(tree)), warn);
}

function askFor({ name, description }: WantedSecret): Promise<string | undefined> {
  const what = description === '' ? '' : ` (${description})`;
  return askHidden(`${name}${what}, hidden (empty: later): `);
}

function noAnswer(): Promise<undefined> {
  return Promise.resolve(undefined);
}
