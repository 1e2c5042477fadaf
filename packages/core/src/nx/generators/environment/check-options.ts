import { isAddress } from '../../../inventory/address.js';
import { NAME_PATTERN, quoteText } from '@fairness-deploy/environment-file';
import { userSchema } from '../../../inventory/field-schemas.js';

export interface EnvironmentOptions {
  readonly name: string;
  readonly host?: string;
  readonly user?: string;
  readonly extends?: string;
}

/** @throws Error that names the option and says what is expected. */
export function checkOptions({ name, host, user, ...others }: EnvironmentOptions): void {
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
  const shared = others.extends;
  if (shared !== undefined && !/^[\w][\w.-]*$/.test(shared)) {
    refuse('--extends', shared, 'the name of a file in environments/, such as permacoop.yaml');
  }
}
