/** Lets hosts begin one after the other, each when the one before it has begun. */
export class Turns {
  readonly #names: readonly string[];
  readonly #begun = new Set<string>();
  readonly #waiting = new Map<string, () => void>();

  /** @param names the hosts that keep to the order; all others begin at once. */
  constructor(names: readonly string[]) {
    this.#names = names;
  }

  /** Waits until the host may begin. */
  async waitForTurn(name: string): Promise<void> {
    const before = this.#names[this.#names.indexOf(name) - 1];
    if (before === undefined || this.#begun.has(before)) return;
    await new Promise<void>((go) => this.#waiting.set(before, go));
  }

  /** Says that the host has begun, or never will. */
  begins(name: string): void {
    this.#begun.add(name);
    this.#waiting.get(name)?.();
  }
}
