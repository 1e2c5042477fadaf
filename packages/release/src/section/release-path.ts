import { z } from '@fairness-deploy/core';

/** A path within a repository or an artifact: without `..`, blank segments and control characters. */
export function repositoryPath(message: string) {
  return z
    .string({ error: message })
    .regex(/^(?!-)(?:(?!\.{1,2}(?:\/|$))[^/\\]+)(?:\/(?!\.{1,2}(?:\/|$))[^/\\]+)*$/, message)
    .refine((path) => !/\p{Cc}/u.test(path), message);
}

/** A path in the application's folder of a release, where a deployment puts something of its own. */
export function releasePath(message: string) {
  return repositoryPath(message)
    .refine((path) => !hasSegment(path, /^\.git$/i), 'it is in the folder of git')
    .refine((path) => !hasSegment(path, /^node_modules$/), 'it is in a folder of install');
}

function hasSegment(path: string, name: RegExp): boolean {
  return path.split('/').some((segment) => name.test(segment));
}
