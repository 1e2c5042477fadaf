import { basename, dirname } from 'node:path';
import { quoteText } from '@fairness-deploy/environment-file';
import { ImportError } from '../finding/import-error.js';
import { validName } from '../set-up/find-environments.js';
import type { SetUp } from '../set-up/read-set-up.js';
import { translateEnvironment, type TranslatedEnvironment } from './translate-environment.js';

export interface TranslatedSetUp {
  readonly application: string;
  readonly environments: readonly TranslatedEnvironment[];
}

/**
 * Translates a set-up. What has no counterpart is in `setUp.findings` then.
 *
 * @param given the application's name; default: that of the repository, else of the folder.
 * @throws ImportError when the name can't be one.
 */
export function translateSetUp(setUp: SetUp, given: string | undefined): TranslatedSetUp {
  const application = given ?? applicationName(setUp);
  if (validName(application) !== application) {
    throw new ImportError(
      `Cannot import the set-up: the application can't be named ${quoteText(application)}`,
      {
        hint: 'name it: --application=<name>, of lower-case letters, digits and -',
      },
    );
  }
  return {
    application,
    environments: setUp.environments.map((each) => translateEnvironment(setUp, each, application)),
  };
}

function applicationName({ environments, playbooks, files }: SetUp): string {
  const values = [
    ...environments.flatMap(({ hosts }) =>
      hosts.map(({ variables }) => variables.get('git_repo')?.value),
    ),
    playbooks.variables.get('git_repo')?.value,
  ];
  const repository = values.find((value) => typeof value === 'string' && !value.includes('{{'));
  const ofRepository =
    typeof repository === 'string'
      ? validName(basename(repository.trim()).replace(/\.git$/, ''))
      : undefined;
  const folder = basename(files.root) === 'ansible' ? dirname(files.root) : files.root;
  return ofRepository ?? validName(basename(folder)) ?? 'application';
}
