import { file, type Resource } from '@fairness-deploy/core/resources';
import { colourFolder, type Layout } from '@fairness-deploy/release';

/** Exists only while green is live: nginx can test for a file, but not for a link's target. */
export function greenIsLive({ live }: Pick<Layout, 'live'>): string {
  return `${live}/green`;
}

/** That file in green's folder: the link `live` leads to it while green is live. */
export function greenFile(layout: Pick<Layout, 'colours'>): Resource {
  const folder = colourFolder(layout, 'green');
  return file({ path: `${folder}/green`, content: '' }, { after: [`directory:${folder}`] });
}
