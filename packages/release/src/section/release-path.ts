import { repositoryPathSchema } from '@fairness-deploy/core';

/** A path in the application's folder of a release, where a deployment puts something of its own. */
export function releasePath(message: string) {
  return repositoryPathSchema(message)
    .refine((path) => !hasSegment(path, /^\.git$/i), 'it is in the folder of git')
    .refine((path) => !hasSegment(path, /^node_modules$/), 'it is in a folder of install');
}

function hasSegment(path: string, name: RegExp): boolean {
  return path.split('/').some((segment) => name.test(segment));
}
