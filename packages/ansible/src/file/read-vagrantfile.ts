/** What a Vagrantfile says about its machine. Ruby is not run: the usual lines are read. */
export interface VagrantMachine {
  readonly file: string;
  readonly address?: string;
  readonly box?: string;
  readonly memoryMegabytes?: number;
  readonly processors?: number;
  /** Lines that say something else: their numbers and texts. */
  readonly others: readonly { readonly line: number; readonly text: string }[];
}

/** Lines that mean nothing for the machine, or what the product does anyway. */
const PASSED = [
  /^Vagrant\.configure\b/,
  /^(?:end|SHELL|else)$/,
  /^[\w.]+\.provider\b.*\bdo\s*\|\w+\|$/,
  /\.ssh\.insert_key\s*=\s*false$/,
  /^ssh_pub_key\s*=/,
  /^\w+\.inline\s*=\s*<<-?~?\w+$/,
  /^[\w.]+\.provision\s+"shell"\s+do\s*\|\w+\|$/,
  /^echo\s+#\{ssh_pub_key\}\s*>>\s*\/(?:root|home\/vagrant)\/\.ssh\/authorized_keys$/,
];

export function readVagrantfile(text: string, file: string): VagrantMachine {
  const found: { address?: string; box?: string; memoryMegabytes?: number; processors?: number } =
    {};
  const others: { line: number; text: string }[] = [];
  for (const [at, raw] of text.split('\n').entries()) {
    const line = raw.replace(/^\s*#(?!\{).*|\s#(?!\{)[^'"]*$/, '').trim();
    if (line === '') continue;
    const box = /\.vm\.box\s*=\s*["']([^"']+)["']$/.exec(line)?.[1];
    const address =
      /\.vm\.network\s*\(?\s*["':]private_network["']?\s*,.*\bip\b["']?\s*(?::|=>)\s*["']([^"']+)["']/.exec(
        line,
      )?.[1];
    const memory = /\.memory\s*=\s*["']?(\d{2,7})["']?$/.exec(line)?.[1];
    const processors = /\.cpus\s*=\s*["']?(\d{1,3})["']?$/.exec(line)?.[1];
    if (box !== undefined) found.box = box;
    else if (address !== undefined) found.address = address;
    else if (memory !== undefined) found.memoryMegabytes = Number(memory);
    else if (processors !== undefined) found.processors = Number(processors);
    else if (!PASSED.some((pattern) => pattern.test(line)))
      others.push({ line: at + 1, text: line });
  }
  return { file, ...found, others };
}
