import type { Environment, PluginIssue } from '@fairness-deploy/core';
import { didYouMean } from '@fairness-deploy/environment-file';
import { failureOf } from '@fairness-deploy/shell/text';
import { isVisible } from './command.js';
import { renderFile } from './release-file.js';
import type { ReleaseSection } from './section.js';

/** The errors of what a release is made of, besides its commit: shared folders, files, variables. */
export function validateInputs(
  section: ReleaseSection,
  environment: Environment,
): readonly PluginIssue[] {
  return [
    ...overlaps(section),
    ...unreadableFiles(section, environment),
    ...nothingToRun(section, environment),
    ...(['install', 'build'] as const).flatMap((key) =>
      uselessSecrets(section[key]?.secrets ?? [], environment).map(({ path, ...issue }) => ({
        ...issue,
        path: [key, 'secrets', ...path],
      })),
    ),
  ];
}

/** Without Node.js there is no command by default, that variables and secrets could be for. */
function nothingToRun(
  section: ReleaseSection,
  { application }: Environment,
): readonly PluginIssue[] {
  if (!application || application.node) return [];
  return section.byDefault.flatMap((key) => {
    const { variables = {}, secrets = [] } = section[key] ?? {};
    if (Object.keys(variables).length + secrets.length === 0) return [];
    const message = `there is no ${key} command, as the application has no Node.js`;
    return [{ path: [key], message, hint: 'add one: command: …' }];
  });
}

/** A path that a deployment puts into a release. */
interface Put {
  readonly at: readonly (string | number)[];
  readonly path: string;
  readonly kind: 'shared folder' | 'file';
}

/** Each path is one thing, and only a folder has others in it, which is not shared. */
function overlaps({ shared, files }: ReleaseSection): readonly PluginIssue[] {
  const all: readonly Put[] = [
    ...shared.map((path, at) => ({ at: ['shared', at], path, kind: 'shared folder' as const })),
    ...Object.keys(files).map((path) => ({ at: ['files', path], path, kind: 'file' as const })),
  ];
  return all.flatMap((put, at) => {
    const other = all
      .slice(0, at)
      .find(({ path }) => isWithin(put.path, path) || isWithin(path, put.path));
    if (!other) return [];
    const message =
      other.path === put.path
        ? `it is a ${other.kind} already`
        : isWithin(put.path, other.path)
          ? `it is within the ${other.kind} "${other.path}"`
          : `the ${other.kind} "${other.path}" is within it`;
    return [{ path: put.at, message, hint: 'keep one of the two' }];
  });
}

function isWithin(path: string, folder: string): boolean {
  return `${path}/`.startsWith(`${folder}/`);
}

function unreadableFiles(
  { files }: ReleaseSection,
  environment: Environment,
): readonly PluginIssue[] {
  // An error is the same for every host.
  const [host] = environment.hosts;
  if (!host) return [];
  return Object.entries(files).flatMap(([path, file]) => {
    try {
      renderFile(path, file, { environment, host });
      return [];
    } catch (error) {
      const key = file.template === undefined ? [] : ['template'];
      return [{ path: ['files', path, ...key], ...failureOf(error) }];
    }
  });
}

/** A name of a secret that makes no variable visible is a mistake: the command would miss one. */
function uselessSecrets(
  names: readonly string[],
  { application }: Environment,
): readonly PluginIssue[] {
  const values = Object.values(application?.env ?? {});
  const held = new Set(values.flatMap(({ secrets }) => secrets.map(({ name }) => name)));
  return names.flatMap((name, at): readonly PluginIssue[] => {
    const own = values.filter(({ secrets }) => secrets.some((secret) => secret.name === name));
    if (own.some((value) => isVisible(value, names))) return [];
    const others = own.flatMap(({ secrets }) => secrets.map((secret) => secret.name));
    const other = others.find((one) => !names.includes(one));
    if (other !== undefined) {
      return [
        {
          path: [at],
          message: `each variable with the secret "${name}" holds another one, which is not listed`,
          hint: `add it: ${other}`,
        },
      ];
    }
    return [
      {
        path: [at],
        message: `no variable of application.env holds the secret "${name}"`,
        hint:
          didYouMean(name, held) ??
          `give the command a variable of its own: variables: { NAME: \${secrets.${name}} }`,
      },
    ];
  });
}
