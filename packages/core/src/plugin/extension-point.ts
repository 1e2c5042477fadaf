/** A part that a plugin adds to another plugin; made by that one's {@link ExtensionPoint}. */
export interface Extension {
  /** The name of the extension point. */
  readonly point: string;
  readonly part: unknown;
}

/**
 * Lets other plugins add parts to the plugin that owns it; core knows nothing of the parts. The
 * owner exports the point, another plugin lists `point.with(part)` among its `extensions`, and the
 * owner asks for the parts of all plugins. Release has one for the steps of a deployment.
 */
export class ExtensionPoint<Part> {
  readonly #name: string;

  /** @param name begins with the owner's section. It is the same in every copy of the owner's package that is loaded. */
  constructor(name: string) {
    this.#name = name;
  }

  with(part: Part): Extension {
    return { point: this.#name, part };
  }

  /** The parts of the plugins, in the plugins' order. */
  of<Plugin extends { readonly extensions?: readonly Extension[] }>(
    plugins: readonly Plugin[],
  ): readonly { readonly plugin: Plugin; readonly part: Part }[] {
    return plugins.flatMap((plugin) =>
      (plugin.extensions ?? [])
        .filter(({ point }) => point === this.#name)
        // Sound: only `with` of a point of this name makes one.
        .map(({ part }) => ({ plugin, part: part as Part })),
    );
  }
}
