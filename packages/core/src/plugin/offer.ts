import type { KeyPath } from '@fairness-deploy/environment-file';
import type { Secret, Text } from '@fairness-deploy/shell/secret';

/** The context of an offer. */
export interface OfferContext<Section> {
  /** The plugin's section, as its schema returned it. */
  readonly section: Section;
  /** The environment's name, and the absolute paths of its workspace and of its folder. */
  readonly environment: {
    readonly name: string;
    readonly workspace: string;
    readonly folder: string;
  };
  /** The application's name; undefined without one. */
  readonly application?: string;
  /**
   * The names of the application's processes. An offer gets no more of the application, whose own
   * values may use the offer.
   */
  readonly processes: readonly string[];
  /**
   * A secret that the plugin needs (`Plugin.secrets`), by its name.
   *
   * @throws HintedError when it is missing: the place that uses the offer is reported then.
   */
  readonly secret: (name: string) => Secret;
}

/** Values that a plugin offers to the files of its environments: `${<name>.<key>}`. */
export interface Offer<Section = unknown> {
  /** The first word: the plugin's section, or another word that no plugin has yet. */
  readonly name: string;
  /** The word for a key in messages: `process` of `${ports.process}`. */
  readonly placeholder: string;
  /**
   * The values by their keys, the same for all hosts. A value with a secret is a Text, and stays
   * one wherever it is filled
   * in.
   */
  values(
    context: OfferContext<Section>,
  ): Readonly<Record<string, string | number | boolean | Text>>;
  /**
   * Why a value can't be used at a path, such as `application.env.URL`; undefined when it can.
   * Default: everywhere.
   */
  refuse?(path: KeyPath): string | undefined;
}
