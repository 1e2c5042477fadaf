/** What is written into an environment file: maps, lists, texts, numbers. Secrets are references by then. */
export type ConfigValue = string | number | boolean | readonly ConfigValue[] | Config;
export interface Config {
  readonly [key: string]: ConfigValue;
}

export function isConfig(value: ConfigValue | undefined): value is Config {
  return typeof value === 'object' && !Array.isArray(value);
}

/** Text in which nothing is filled in when an environment is loaded. */
export function literal(text: string): string {
  return text.replaceAll('${', () => '$${');
}

/** Sections that count by being there, empty or not. */
const MAY_BE_EMPTY = ['supervisor', 'nginx'];

/** A map without the keys that have no value, and without empty maps. */
export function compact(entries: Readonly<Record<string, ConfigValue | undefined>>): Config {
  return Object.fromEntries(
    Object.entries(entries).filter(
      (entry): entry is [string, ConfigValue] =>
        entry[1] !== undefined &&
        (MAY_BE_EMPTY.includes(entry[0]) ||
          !(isConfig(entry[1]) && Object.keys(entry[1]).length === 0)),
    ),
  );
}
