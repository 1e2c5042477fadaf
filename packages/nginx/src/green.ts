import { file, type Resource } from '@fairness-deploy/core/resources';
import { colourFolder, type Layout } from '@fairness-deploy/release';

/** Is there while green is live, and only then: nginx can ask for a file, and not where a link leads. */
export function greenIsLive({ live }: Pick<Layout, 'live'>): string {
  return `${live}/green`;
}

/** The file that makes it so, in green's folder: it is there through the link `live` while that leads to green. */
export function greenFile(layout: Pick<Layout, 'colours'>): Resource {
  const folder = colourFolder(layout, 'green');
  return file({ path: `${folder}/green`, content: '' }, { after: [`directory:${folder}`] });
}
