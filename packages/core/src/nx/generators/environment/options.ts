/** What a new environment is made of. */
export interface EnvironmentOptions {
  readonly name: string;
  readonly host?: string;
  readonly user?: string;
  readonly url?: string;
  readonly description?: string;
  /** `VM=Hetzner, fsn1`, one each. */
  readonly resource?: readonly string[];
  /** A shared file in environments/, or `none`. */
  readonly extends?: string;
  /** The folder of an application whose shared file is made of what its repository says. */
  readonly application?: string;
  /** The environment that it is a copy of. */
  readonly from?: string;
  /** Whether the copy gets the values of the secrets, too. */
  readonly copySecrets?: boolean;
}

/** The value of `--extends` for an environment that shares nothing. */
export const NONE = 'none';

/**
 * The computing resources of the options, and where each is, by its name.
 *
 * @returns undefined where there are none
 */
export function resourcesOf({
  resource = [],
}: EnvironmentOptions): Readonly<Record<string, string>> | undefined {
  if (resource.length === 0) return undefined;
  return Object.fromEntries(
    resource.map((text) => {
      const [name = '', ...where] = text.split('=');
      return [name.trim(), where.join('=').trim()];
    }),
  );
}

/** The options as they were typed: Nx parts each text of a list at its commas, and a place may have one. */
export function asTyped(options: EnvironmentOptions): EnvironmentOptions {
  if (!options.resource) return options;
  const resource = options.resource.reduce<readonly string[]>(
    (all, part) =>
      part.includes('=') || all.length === 0
        ? [...all, part]
        : [...all.slice(0, -1), `${all.at(-1) ?? ''},${part}`],
    [],
  );
  return { ...options, resource };
}
