import { HintedError } from '@fairness-deploy/shell/text';

/** A deployment plugin can't be used; the hint says what to do. */
export class PluginError extends HintedError {
  override readonly name = 'PluginError';
}
