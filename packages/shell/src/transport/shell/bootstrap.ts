import { gzipSync } from 'node:zlib';

/**
 * The program of the shell that stays open: it reads a header line `<nonce> <packed
 * length> <script length> <input length>` from its standard input, then as many bytes of
 * the script packed by gzip and of input, runs the script and frames what it prints, over
 * and over. Packed, the reads of forty resources fit into the first window of a TCP
 * connection (RFC 6928), and don't cost a second round trip.
 *
 * It travels on a command line through the user's login shell, which may be any: so it
 * is one line without single quotes, backslashes and exclamation marks, which bash,
 * dash, fish and csh all pass on unchanged within single quotes.
 *
 * - The shell's own `read` takes byte by byte from a pipe, and `head -c` never takes
 *   more than it was told: nothing of the next part is swallowed.
 * - A script torn in transit has the wrong length and is not run. `echo x` keeps the
 *   line breaks at its end, which the substitution would drop.
 * - The script is evaluated in a subshell that knows none of the variables used here;
 *   its standard input is empty, its input is on descriptor 3. What it leaves of the
 *   input, `cat` drains, so that the next header is found.
 * - The loop prints the end of a frame itself: children that a script leaves behind
 *   can't hold it back.
 *
 * @param nonce the word that announces the shell on its standard output.
 */
export function bootstrap(nonce: string): string {
  return [
    `PATH=${PATH}; LC_ALL=C; export PATH LC_ALL; umask 022; cd /`,
    `fd_run() ( set -- "$s"; unset n p l i s; unset -f fd_run; eval "set --; $1"; )`,
    `echo ${readyMark(nonce)}`,
    `while read -r n p l i; do s=$(head -c "$p" | gzip -dc 2>/dev/null; echo x)`,
    `[ "\${#s}" -eq "$((l + 1))" ] || exit ${String(TORN)}`,
    `s=\${s%x}; echo "$n begin"; echo "$n begin" >&2`,
    `if [ "$i" -eq 0 ]; then fd_run </dev/null 3</dev/null`,
    `else head -c "$i" | { fd_run 3<&0 </dev/null; set -- "$?"; cat >/dev/null; exit "$1"; }; fi`,
    `set -- "$?"; echo "$n end $1" >&2; echo "$n end $1"; done`,
  ].join('; ');
}

/**
 * The program that runs one script on a terminal (a pty): it reads a header line `<packed length>
 * <script length>` and as many bytes from the terminal, which is raw meanwhile; then the terminal is
 * as it was, and the script runs. It travels as that of {@link bootstrap} does.
 *
 * @param nonce the word in the marks that it prints.
 */
export function terminalBootstrap(nonce: string): string {
  return [
    `PATH=${PATH}; LC_ALL=C; export PATH LC_ALL; umask 022; cd /`,
    `t=$(stty -g); stty raw -echo; printf %s ${terminalMarks(nonce).ready}`,
    `read -r p l; s=$(head -c "$p" | gzip -dc 2>/dev/null; echo x)`,
    `stty "$t"; [ "\${#s}" -eq "$((l + 1))" ] || exit ${String(TORN)}`,
    `printf %s ${terminalMarks(nonce).begun}; eval "set --; unset p l t; \${s%x}"`,
  ].join('; ');
}

/** What {@link terminalBootstrap} prints when it waits for the script, and before that runs. */
export function terminalMarks(nonce: string): { readonly ready: string; readonly begun: string } {
  return { ready: `${nonce}-ready`, begun: `${nonce}-begun` };
}

/** A script as {@link terminalBootstrap} takes it. */
export function terminalRequest(script: Uint8Array): Buffer {
  const packed = gzipSync(script);
  return Buffer.concat([
    Buffer.from(`${String(packed.length)} ${String(script.length)}\n`),
    packed,
  ]);
}

/** A script as the shell takes it: the header and the packed script. The input comes after it. */
export function request(nonce: string, script: Uint8Array, inputLength: number): Buffer {
  const packed = gzipSync(script);
  const lengths = [packed.length, script.length, inputLength];
  return Buffer.concat([Buffer.from(`${[nonce, ...lengths].join(' ')}\n`), packed]);
}

/** The line, without its break, that says that the shell is there. */
export function readyMark(nonce: string): string {
  return `${nonce} ready`;
}

/** The line, without its break, that says that the login shell runs its command. */
export function begunMark(nonce: string): string {
  return `${nonce} begun`;
}

/** The shell's exit status after it got only a part of a script. */
export const TORN = 91;

/**
 * Debian's PATH for root, whatever the login shell's is: scripts find the same programs on all
 * machines.
 */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
