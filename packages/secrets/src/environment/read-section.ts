import { join } from 'node:path';
import {
  ENVIRONMENT_FILE,
  EnvironmentError,
  isRecord,
  readWithExtends,
  valueOf,
  type Problem,
  type ReadSource,
} from '@fairness-deploy/environment-file';
import { hideVariable } from '@fairness-deploy/shell/client';
import { printable } from '@fairness-deploy/shell/text';
import { SECRET_NAME } from './secret-name.js';
import type { Place } from './place.js';
import { NO_SECTION, type DeclaredSecret, type SecretsSection } from './section.js';

/**
 * Reads the section `secrets` of an environment file and of those that it extends. The rest must
 * only be YAML, so that secrets can be edited while another section is wrong. Ignores invalid parts
 * of this section; `plan` reports them, with line and key.
 *
 * @param source reads the files; default: from the disk
 * @throws EnvironmentError when a file can't be read or isn't YAML.
 */
export function readSection(place: Place, source?: ReadSource): SecretsSection {
  const problems: Problem[] = [];
  const path = join(place.folder, ENVIRONMENT_FILE);
  const report = (problem: Problem): void => void problems.push(problem);
  const root = readWithExtends(path, place.workspace, report, source);
  if (!root) throw new EnvironmentError(place.environment, place.workspace, problems);
  const entry = root.entries.get('secrets');
  const section = entry && valueOf(entry.value);
  if (!isRecord(section)) return NO_SECTION;
  const names = isRecord(section['names']) ? section['names'] : {};
  const declared = Object.entries(names)
    .filter(
      ([name, value]) => SECRET_NAME.test(name) && (typeof value === 'string' || isRecord(value)),
    )
    .map(([name, value]) => [name, declaration(value)] as const);
  const password = isRecord(section['password']) ? section['password'] : {};
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
  const settings = isRecord(value) ? value : {};
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
