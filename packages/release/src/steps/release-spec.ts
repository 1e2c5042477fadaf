import type { Application, Release } from '@fairness-deploy/core';
import type { Secret } from '@fairness-deploy/secrets';
import type { ReleaseLayout } from '../layout.js';
import type { RepositoryUrl } from '../repository-url.js';
import type { ReleaseSection } from '../section.js';

/** How the commit comes into the host's repository. */
export type Transfer =
  /** It is there already. */
  | { readonly from: 'host' }
  /** The job's input is a bundle of it. */
  | { readonly from: 'input' }
  | { readonly from: 'url'; readonly url: RepositoryUrl };

/** All that the steps of a release follow from. */
export interface ReleaseSpec {
  readonly application: Application;
  readonly section: ReleaseSection;
  readonly layout: ReleaseLayout;
  readonly release: Release;
  readonly transfer: Transfer;
  /** Stands for the configuration that the release is made with. */
  readonly configuration: Secret;
}
