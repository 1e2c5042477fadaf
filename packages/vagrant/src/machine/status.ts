import { printable } from '@fairness-deploy/shell/text';

/** The state of a machine, as its provider reports it. */
export interface MachineStatus {
  readonly machine: string;
  /** Such as `virtualbox`. */
  readonly provider: string;
  /** Such as `running`, `not_created`, `poweroff`, `shutoff`: each provider has its own. */
  readonly state: string;
  /** For people, such as `not created`. */
  readonly text: string;
}

/**
 * Parses what `vagrant status --machine-readable` prints: lines of `time,machine,kind,data`. Other kinds, and
 * lines that are none, are left out.
 */
export function parseStatus(output: string): readonly MachineStatus[] {
  const found = new Map<string, Record<string, string>>();
  for (const line of output.split('\n')) {
    const [, machine = '', kind = '', data = ''] = line.trim().split(',');
    if (machine === '' || !['provider-name', 'state', 'state-human-short'].includes(kind)) continue;
    const text = printable(data.replaceAll('%!(VAGRANT_COMMA)', ',')).slice(0, 100);
    found.set(machine, { ...found.get(machine), [kind]: text });
  }
  return [...found].flatMap(([machine, values]) => {
    const { 'provider-name': provider = '', state, 'state-human-short': text } = values;
    return state === undefined ? [] : [{ machine, provider, state, text: text ?? state }];
  });
}

/** Why Vagrant failed, in its own words for programs: the last `error-exit`. */
export function parseError(output: string): string | undefined {
  const line = output
    .split('\n')
    .reverse()
    .find((one) => one.split(',')[2] === 'error-exit');
  const text = line?.split(',').slice(4).join(',');
  if (text === undefined || text === '') return undefined;
  return printable(text.replaceAll('%!(VAGRANT_COMMA)', ',').replaceAll(/(?:\\n|\s)+/g, ' ')).slice(
    0,
    500,
  );
}
