import { spawn } from 'node:child_process';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemPath } from './command.js';
import { paths, stateDirectory } from './paths.js';
import { HintedError } from '@fairness-deploy/shell/text';

/** The status of flock(1) when another process has the lock and it must not wait. */
const TAKEN = 9;

/**
 * Takes the lock of a file, says so, and holds it until its input ends. A holder may remove a lock
 * file while another process waits for it: a process that gets the lock of a file that is gone, or was
 * replaced, tries again. Perl does the same where there is no flock(1) or
 * no /proc, as on macOS.
 */
export const HOLD_LOCK = `
file=$1 how=$2
if command -v flock >/dev/null && [ -e /proc/self/fd ]; then
  until [ "$file" -ef /proc/self/fd/9 ]; do
    exec 9>>"$file"; flock --exclusive --conflict-exit-code ${String(TAKEN)} $how 9 || exit
  done
  echo held
  exec cat
fi
exec perl -e '
  use Fcntl ":flock";
  use Errno qw(EINTR EWOULDBLOCK);
  my ($file, $how) = @ARGV;
  for (;;) {
    open(my $lock, ">>", $file) or exit 1;
    until (flock($lock, LOCK_EX | ($how eq "--nonblock" ? LOCK_NB : 0))) {
      exit(${String(TAKEN)}) if $how eq "--nonblock" && $! == EWOULDBLOCK;
      exit 1 unless $! == EINTR;
    }
    my ($own, $there) = (join(" ", (stat $lock)[0, 1]), join(" ", (stat $file)[0, 1]));
    next if $own ne $there;
    $| = 1;
    print "held\\n";
    1 while sysread(STDIN, my $rest, 4096);
    exit;
  }' "$file" "$how"`;

const lockFile = (name: string): string => join(paths.locks, `${name}.lock`);

/**
 * Runs `action` while holding the machine-wide lock `name` (flock). Waits for its turn. The lock
 * ends with this process in every case, because `cat` then reads the end of its input.
 */
export async function withLock<T>(
  name: string,
  action: () => Promise<T>,
  onWait?: () => void,
): Promise<T> {
  const waiting = setTimeout(() => onWait?.(), 1000);
  const release = await acquire(name).finally(() => {
    clearTimeout(waiting);
  });
  try {
    return await action();
  } finally {
    await release?.();
  }
}

/** Like withLock(), but does nothing when another process holds the lock. */
export async function withFreeLock(name: string, action: () => Promise<void>): Promise<void> {
  const release = await acquire(name, '--nonblock');
  if (release === undefined) return;
  try {
    await action();
  } finally {
    await release();
  }
}

/**
 * @returns a function that releases the lock; undefined when another process has it and this one must
 * not wait.
 */
async function acquire(
  name: string,
  how: '--exclusive' | '--nonblock' = '--exclusive',
): Promise<(() => Promise<void>) | undefined> {
  await closeState();
  const file = lockFile(name);
  const holder = spawn('sh', ['-c', HOLD_LOCK, 'sandbox-lock', file, how], {
    env: { PATH: systemPath },
    stdio: ['pipe', 'pipe', 'ignore'],
    // A Ctrl-C on the terminal goes to the whole group: the lock ends with its owner, not before.
    detached: true,
  });
  const ended = new Promise<void>((resolve) =>
    holder.once('close', () => {
      resolve();
    }),
  );
  return await new Promise((resolve, reject) => {
    const fail = (cause?: Error): void => {
      reject(
        new HintedError(`Cannot lock "${file}": flock(1) and Perl are missing, or failed`, {
          cause,
        }),
      );
    };
    holder.stdout.once('data', () => {
      resolve(async () => {
        holder.stdin.end();
        await ended;
      });
    });
    holder.once('error', fail);
    holder.once('exit', (status) => {
      if (status === TAKEN && how === '--nonblock') resolve(undefined);
      else fail();
    });
  });
}

/**
 * Removes a lock that no process will ask for again. Only its holder may call it, last: from then
 * on another process may have one of the same name.
 */
export async function removeLock(name: string): Promise<void> {
  await rm(lockFile(name), { force: true });
}

/**
 * Only root may enter: the disks of hosts have programs with setuid, and root within a host can make
 * more. A user of this machine who reached one of these would become root of this machine. Every command
 * begins with a lock, so the folder is made here.
 */
async function closeState(): Promise<void> {
  await mkdir(paths.locks, { recursive: true, mode: 0o700 });
  // The folder may be a disk or a tmpfs that was mounted there, which others may enter.
  await chmod(stateDirectory, 0o700);
}
