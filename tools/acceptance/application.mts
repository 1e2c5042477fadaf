import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Report, type SandboxHost } from '@fairness-deploy/sandbox';
import { WORKSPACE } from '../install.mjs';
import { APPLICATIONS, type Application, type Secrets } from './applications.mjs';
import { Checklist, type Result } from './checklist.mjs';
import { type Page } from './visits.mjs';
import { missingFiles } from './assets.mjs';
import { clone, type Clone } from './clone.mjs';
import { makeRecipe, recipeEnvironment, RECIPES } from './recipes.mjs';
import { openWorkspace, type Workspace } from './workspace.mjs';

/** An application with a provisioned host, ready for its first deployment. */
export interface Opened {
  readonly workspace: Workspace;
  readonly clone: Clone;
  readonly host: SandboxHost;
  readonly list: Checklist;
  readonly pages: readonly Page[];
  readonly secrets: Secrets;
  readonly close: () => Promise<void>;
}

/** What is tested: an application of others, in a clone; or that of a recipe. */
export interface Subject {
  readonly name: string;
  readonly application: Application;
  /** The text of its environment file. */
  readonly environment: string;
  /** What the environment of the test says besides, in addition to what the sandbox needs. */
  readonly own?: Readonly<Record<string, unknown>>;
  /** Makes the repository that is deployed, in a folder. */
  readonly make: (folder: string) => Clone;
}

/** An application of tools/acceptance/applications. @throws Error for an unknown name. */
export function applicationAt(name: string, path: string): Subject {
  const application = needed(APPLICATIONS, name);
  const file = join(WORKSPACE, 'tools', 'acceptance', 'applications', `${name}.yaml`);
  return {
    name,
    application,
    environment: readFileSync(file, 'utf8'),
    make: (folder) => clone(path, folder, application.commit),
  };
}

/** The application of a page of docs/recipes. @throws Error for an unknown name. */
export function recipe(name: string): Subject {
  return {
    name: `recipe-${name}`,
    application: needed(RECIPES, name),
    environment: recipeEnvironment(name),
    make: (folder) => makeRecipe(name, folder),
  };
}

function needed(all: ReadonlyMap<string, Application>, name: string): Application {
  const application = all.get(name);
  if (!application) throw new Error(`There is no application ${name}`);
  return application;
}

/** Makes an application's repository, and provisions a bare host for it. */
export async function openApplication(subject: Subject, say: Report): Promise<Opened> {
  const { name, application, make, environment, own: extra } = subject;
  const own = make(join(WORKSPACE, 'tmp', 'acceptance', `${name}.git`));
  const workspace = await openWorkspace(
    { name, repository: own.folder, environment, ...(extra && { own: extra }) },
    say,
  );
  try {
    const secrets = Object.fromEntries(
      application.secrets.map((secret) => [secret, randomBytes(24).toString('base64url')]),
    );
    for (const [secret, value] of Object.entries(secrets)) await workspace.setSecret(secret, value);
    const host = await workspace.boot();
    const list = new Checklist(workspace, host.address);
    const ready = await list.check('provision of a bare host', async () => {
      await workspace.provision();
      await application.prepare?.(host, secrets);
      return [];
    });
    if (!ready) throw new Error(`Cannot go on: the host of ${name} could not be provisioned`);
    const { pages } = application;
    return { workspace, clone: own, host, list, pages, secrets, close: () => workspace.close() };
  } catch (error) {
    await workspace.close();
    throw error;
  }
}

/** What every application must bear: two deployments and a rollback, the latter two with visitors. */
export async function testApplication(subject: Subject, say: Report): Promise<readonly Result[]> {
  const { clone: own, host, list, pages, close } = await openApplication(subject, say);
  try {
    const check = async (): Promise<void> => {
      await list.check("the pages' files", async () => {
        const missing = await Promise.all(pages.map((page) => missingFiles(host.address, page)));
        return missing.flat();
      });
      const { works } = subject.application;
      if (works) await list.check('it works', () => works(host.address));
    };
    // The rest needs a site.
    if (!(await list.command('first deployment', ['deploy'], { pages: [] }))) return list.results;
    await check();
    writeFileSync(join(own.folder, 'acceptance.txt'), 'Deployed again\n');
    own.commit('Deploy again');
    await list.command('second deployment', ['deploy'], { pages });
    await check();
    await list.command('rollback', ['rollback'], { pages });
    await check();
    await list.command('status', ['status'], { pages: [] });
    return list.results;
  } finally {
    await close();
  }
}
