/** A deployment plugin can't be used; the message says what to do. */
export class PluginError extends Error {
  override readonly name = 'PluginError';
}
