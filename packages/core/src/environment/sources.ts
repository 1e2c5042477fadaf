/** The sources of values that are filled in: `vars`, `secrets`, and the plugins' offers. */
import { didYouMean, ownEntry } from '@fairness-deploy/environment-file';
import type { SecretStore } from '@fairness-deploy/secrets';
import { failureOf, HintedError } from '@fairness-deploy/shell/text';
import type { Offer, OfferContext } from '../plugin/offer.js';
import { askPlugin, ownSecret } from '../plugin/ask-plugin.js';
import type { Plugin } from '../plugin/plugin.js';
import type { Source, Variables } from './interpolate.js';

/** `${vars.name}` */
export function variableSource(variables: Variables): Source {
  return {
    placeholder: 'name',
    find(name) {
      const value = variables.get(name);
      if (value !== undefined) return { value };
      if (variables.has(name)) return undefined;
      const hint = didYouMean(name, variables.keys()) ?? `add it: vars: { ${name}: … }`;
      return { message: `there is no variable "${name}"`, hint };
    },
  };
}

/** `${secrets.name}` */
export function secretSource(secrets: SecretStore): Source {
  return {
    placeholder: 'name',
    find(name) {
      if (secrets.has(name)) return { value: secrets.get(name) };
      const hint = didYouMean(name, secrets.names) ?? secrets.hint(name);
      return { message: `there is no secret "${name}"`, hint };
    },
  };
}

/** The sections, as far as offers need them. */
export interface OfferingSections {
  /**
   * A section as its plugin's schema returns it; undefined when it has errors, which are reported.
   */
  readonly output: (plugin: Plugin) => { readonly output: unknown } | undefined;
  /**
   * The keys that wait for a value of the section, each for the next one; empty when none waits.
   */
  readonly waiting: (section: string) => readonly string[];
}

/** The values of a plugin's offer. Its section is read when a value is asked for. */
export function offerSource(
  plugin: Plugin,
  offer: Offer,
  about: Omit<OfferContext<unknown>, 'section'>,
  sections: OfferingSections,
): Source {
  let values: ReturnType<Offer['values']> | undefined;
  return {
    placeholder: offer.placeholder,
    find(key, path) {
      const refused = offer.refuse?.(path);
      if (refused !== undefined) return { message: refused };
      const circle = sections.waiting(plugin.section);
      if (circle.length > 0) return circular(`\${${offer.name}.${key}}`, circle);
      const section = sections.output(plugin);
      if (!section) return undefined;
      try {
        const secret = ownSecret(plugin, section.output, about.secret);
        const context = { ...about, section: section.output, secret };
        values ??= askPlugin(plugin.section, 'the function "values" of its offer', () =>
          offer.values(context),
        );
      } catch (error) {
        if (!(error instanceof HintedError)) throw error;
        const { message, ...hint } = failureOf(error);
        return { message: `cannot fill in \${${offer.name}.${key}}: ${message}`, ...hint };
      }
      const value = ownEntry(values, key);
      if (value !== undefined) return { value };
      return {
        message: `there is no ${offer.placeholder} "${key}"`,
        hint: didYouMean(key, Object.keys(values)),
      };
    },
  };
}

function circular(reference: string, circle: readonly string[]) {
  const names = circle.map((name) => `"${name}"`).join(', ');
  const why =
    circle.length === 1
      ? `${names} would need a value of its own`
      : `${names} need values of each other`;
  return {
    message: `cannot fill in ${reference}: ${why}`,
    hint: 'write the value itself, or put it under vars',
  };
}
