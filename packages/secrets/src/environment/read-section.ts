import { dirname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import {
  hideVariable,
  isOfSystem,
  LARGEST_ENVIRONMENT_FILE,
  readRegularFile,
  systemReason,
} from '@fairness-deploy/shell/client';
import { SECRET_NAME } from '../file/secret-name.js';
import { printable } from '@fairness-deploy/shell/text';
import { SecretsError } from '../secrets-error.js';
import { shown, type Place } from './place.js';
import { NO_SECTION, type DeclaredSecret, type SecretsSection } from './section.js';

const FILE = 'environment.yaml';

type Values = Readonly<Record<string, unknown>>;

/**
 * Reads the section `secrets` of an environment file and of those that it extends, without
 * the rest, so that secrets can be put right while other things are wrong. What is no
 * section is said by `plan`, with line and key; here it counts as not written.
 *
 * @throws SecretsError when a file can't be read.
 */
export function readSection(place: Place): SecretsSection {
  const section = sectionIn(join(place.folder, FILE), place, []);
  if (!isMap(section)) return NO_SECTION;
  const names = isMap(section['names']) ? section['names'] : {};
  const declared = Object.entries(names)
    .filter(
      ([name, value]) => SECRET_NAME.test(name) && (typeof value === 'string' || isMap(value)),
    )
    .map(([name, value]) => [name, declaration(value)] as const);
  const password = isMap(section['password']) ? section['password'] : {};
  const { variable, file, command } = password;
  const settings = {
    ...(typeof variable === 'string' && { variable }),
    ...(typeof file === 'string' && { file }),
    ...(command !== undefined && { command: words(command) }),
  };
  hideVariable(settings.variable);
  return { names: Object.fromEntries(declared), password: settings };
}

function declaration(value: unknown): DeclaredSecret {
  const settings = isMap(value) ? value : {};
  const { description = value } = settings;
  return {
    // On one line: it stands in prompts, and above the secret in the editor.
    description:
      typeof description === 'string' ? printable(description).replaceAll(/\s+/g, ' ').trim() : '',
    required: settings['required'] !== false,
    deprecated: settings['deprecated'] === true,
    confidential: settings['confidential'] !== false,
  };
}

/** A command is a list of words, or a line without quotes. */
function words(command: unknown): readonly string[] {
  if (Array.isArray(command)) return command.map(String);
  return typeof command === 'string' ? command.split(/\s+/).filter((word) => word !== '') : [];
}

function sectionIn(file: string, place: Place, chain: readonly string[]): unknown {
  if (chain.includes(file)) return undefined;
  const content = readYaml(file, place);
  const own = content['secrets'];
  const parent = content['extends'];
  if (typeof parent !== 'string') return own;
  const inherited = sectionIn(resolve(dirname(file), parent), place, [...chain, file]);
  return 'secrets' in content ? merged(inherited, own) : inherited;
}

/** As environment files are merged: map by map, and null removes. */
function merged(inherited: unknown, own: unknown): unknown {
  if (!isMap(inherited) || !isMap(own)) return own;
  const entries = Object.entries(own).map(([key, value]) => [key, merged(inherited[key], value)]);
  const all = { ...inherited, ...(Object.fromEntries(entries) as Values) };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null));
}

function readYaml(file: string, place: Place): Values {
  try {
    const content: unknown = parse(readRegularFile(file, LARGEST_ENVIRONMENT_FILE).toString(), {
      logLevel: 'error',
    });
    return isMap(content) ? content : {};
  } catch (cause) {
    const why = isOfSystem(cause) ? systemReason(cause) : 'it is not YAML';
    throw new SecretsError(`Cannot read ${shown(place, file)}: ${why}`, {
      cause,
      hint: `npx nx run ${place.environment}:plan says more`,
    });
  }
}

function isMap(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
