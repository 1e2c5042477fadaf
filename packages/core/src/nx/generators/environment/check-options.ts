import { NAME_PATTERN, quoteText } from '@fairness-deploy/environment-file';
import { HintedError } from '@fairness-deploy/shell/text';
import { descriptionSchema, resourcesSchema, urlSchema } from '../../../inventory/about-schemas.js';
import { isAddress } from '../../../inventory/address.js';
import { userSchema } from '../../../inventory/field-schemas.js';
import { resourcesOf, type EnvironmentOptions } from './options.js';

/** @throws Error that names the option and says what is expected. */
export function checkOptions(options: EnvironmentOptions): void {
  const { name, host, user, url, description, from, application } = options;
  const refuse = (what: string, value: string, expected: string): never => {
    throw new Error(
      `Cannot add an environment: ${what} is ${quoteText(value)}, expected ${expected}`,
    );
  };
  if (!NAME_PATTERN.test(name)) {
    refuse('its name', name, 'lower-case letters, digits and -, beginning with a letter');
  }
  if (host !== undefined && !isAddress(host)) {
    refuse('--host', host, 'a host name, an IP address or an alias of ~/.ssh/config');
  }
  if (user !== undefined && !userSchema.safeParse(user).success) {
    refuse('--user', user, "a system user's name");
  }
  if (url !== undefined && !urlSchema.safeParse(url).success) {
    refuse(
      '--url',
      url,
      'a URL that begins with https:// or http://, without a user or a password',
    );
  }
  if (description !== undefined && !descriptionSchema.safeParse(description).success) {
    refuse('--description', description, 'text of at most 1000 characters');
  }
  for (const text of options.resource ?? []) {
    if (!/^[^=]+=./.test(text))
      refuse('--resource', text, "a resource's name and where it is: VM=…");
  }
  const resources = resourcesOf(options);
  if (resources && !resourcesSchema.safeParse(resources).success) {
    refuse(
      '--resource',
      JSON.stringify(resources),
      'short names, and text without control characters',
    );
  }
  const shared = options.extends;
  if (shared !== undefined && !/^[\w][\w.-]*$/.test(shared)) {
    refuse('--extends', shared, 'the name of a file in environments/, such as permacoop.yaml');
  }
  const bases = Object.entries({ from, application, extends: shared }).filter(
    ([, value]) => value !== undefined,
  );
  const [one, other] = bases;
  if (one && other) {
    throw new HintedError(
      `Cannot add an environment: --${one[0]} and --${other[0]} each say what it is made of`,
      { hint: 'give one of them' },
    );
  }
  if (options.copySecrets === true && from === undefined) {
    throw new HintedError('Cannot copy secrets: --from does not name the environment', {
      hint: 'add --from=prod',
    });
  }
}
