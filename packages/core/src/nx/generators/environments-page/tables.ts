import { asCell, asLink, asTable } from './markdown.js';

/** What the page says of an environment. */
export interface DescribedEnvironment {
  readonly name: string;
  readonly description?: string;
  readonly url?: string;
  /** Where each computing resource is, by its name. */
  readonly resources?: Readonly<Record<string, string>>;
  /** What plugins say of it, by the heading of the column. */
  readonly facts: Readonly<Record<string, string>>;
}

/** The environments, one a row; facts of plugins are the last columns. */
export function environmentsTable(environments: readonly DescribedEnvironment[]): string {
  const labels = [...new Set(environments.flatMap(({ facts }) => Object.keys(facts)))];
  return asTable(
    ['Name', 'Description', 'URL', ...labels.map(asCell)],
    environments.map(({ name, description = '', url, facts }) => [
      `[${asCell(name)}](../environments/${name}/environment.yaml)`,
      asCell(description),
      url === undefined ? '' : asLink(url),
      ...labels.map((label) => asCell(facts[label] ?? '')),
    ]),
  );
}

/** The computing resources, one a row: all of a name together, in the order in which they are written. */
export function resourcesTable(environments: readonly DescribedEnvironment[]): string {
  const names = new Set(environments.flatMap(({ resources = {} }) => Object.keys(resources)));
  return asTable(
    ['Resource', 'Environment', 'Location'],
    [...names].flatMap((resource) =>
      environments.flatMap(({ name, resources = {} }) => {
        const location = resources[resource];
        return location === undefined ? [] : [[asCell(resource), asCell(name), asCell(location)]];
      }),
    ),
  );
}
