"""
Starts or stops programs of Supervisor, all at once: supervisorctl takes one after the other,
and for each start waits until the program has been up for startsecs. Or shows their state alone,
in a third of the time that supervisorctl takes.

  control.py start <user> <not now> <stopping> <group> ... <group>:<program>=<port, socket or nothing> ...
  control.py wake  <user> <not now> <stopping>             <group>:<program>=<port, socket or nothing> ...
  control.py restart <user> <not now> <stopping>           <group>:<program>= ...
  control.py stop  <user> <not now> <stopping> <group> ... <group>:<program>=<port, socket or nothing> ...
  control.py show                              <group> ...

All programs of the groups are meant that supervisord knows, also those that are not named.

Each ends with a line for each of them that supervisord knows: its state, its process or 0, when it
was started last (seconds since 1970), and what supervisorctl would say of it:
shop-blue:api RUNNING 704 1795863004 uptime 0:00:10

stop waits until each has ended, with all that it started in its process group, also where that
had outlived it. After <stopping> seconds what is left is killed; it fails when not even that helps.
Then supervisord forgets the groups.

start stops what runs before, has supervisord load the groups of the named programs as they are
configured now, and waits until each program listens, or has been up for startsecs. When one does not
stay up, it shows what that has printed, and stops them all. One that ends with the status <not now>
is not to run, as its start file has found.

wake starts what does not run, also what Supervisor would try again later, and waits as start does.
When one does not stay up, Supervisor goes on trying.

restart asks the named programs alone to end, as Supervisor would, kills what is left when their time
is over, and then does as wake. When it is killed itself, Supervisor starts them again.

A socket counts as a program's only when a process of the program's own process group has it open:
any user of the host may listen on its port. <user> is the one that the programs run as.
"""
import os, pwd, signal, socket, subprocess, sys, time
from http.client import HTTPException
from xmlrpc.client import Fault, ProtocolError, ServerProxy
from supervisor.xmlrpc import Faults, SupervisorTransport

# BACKOFF: it ended within startsecs, and Supervisor would retry; here one failure is enough.
FAILED = ("BACKOFF", "FATAL", "STOPPED", "UNKNOWN")
SHOWN_LINES = 30
# The most bytes of a log: the application decides how much it prints.
SHOWN_BYTES = 65536
# Seconds that a killed process may take to be gone: the kernel frees its memory first, its ports last.
DYING_SECONDS = 10
# Of a Unix socket that listens, in /proc/net/unix (__SO_ACCEPTCON of the kernel).
ACCEPTS = 0x10000

action, words = sys.argv[1], sys.argv[2:]
if action != "show":
    user, not_now, stopping_seconds = pwd.getpwnam(words.pop(0)).pw_uid, int(words.pop(0)), float(words.pop(0))
addresses = dict(word.split("=", 1) for word in words if "=" in word)
loaded = list(dict.fromkeys(program.split(":")[0] for program in addresses))
groups = set(loaded).union(word for word in words if "=" not in word)
# Else a supervisord that hangs would make us hang.
socket.setdefaulttimeout(60)
SOCKET = "/run/supervisor.sock"
transport = SupervisorTransport(None, None, "unix://" + SOCKET)
server = ServerProxy("http://127.0.0.1", transport).supervisor


def reach():
    """
    Waits until supervisord can be asked, which right after its start has no socket yet: as REACH
    in control.ts does for the shell, which would start Python once more.
    """
    end = time.monotonic() + 10
    while True:
        try:
            with socket.socket(socket.AF_UNIX) as probe:
                return probe.connect(SOCKET)
        except (FileNotFoundError, ConnectionRefusedError):
            # While systemd starts it anew after a crash, it is activating or deactivating.
            state = subprocess.run(["systemctl", "is-active", "supervisor"], stdout=subprocess.PIPE).stdout
            if state.strip() in (b"inactive", b"failed") or time.monotonic() > end:
                sys.exit("Cannot reach supervisord: it has no socket" + hint("see: systemctl status supervisor"))
            time.sleep(0.2)


def infos():
    """What there is to say of each program of the groups that supervisord knows, the named ones first."""
    every = {info["group"] + ":" + info["name"]: info for info in server.getAllProcessInfo() if info["group"] in groups}
    return [(program, every.pop(program)) for program in addresses if program in every] + sorted(every.items())


def forget():
    for group in groups:
        try:
            server.removeProcessGroup(group)
        except Fault as fault:
            if fault.faultCode != Faults.BAD_NAME:
                raise


def load():
    """Has supervisord load the groups that it does not know, as it has read them."""
    for group in loaded:
        try:
            server.addProcessGroup(group)
        except Fault as fault:
            if fault.faultCode != Faults.ALREADY_ADDED:
                raise


def has_ended(info):
    # One that ended by itself just now is EXITED for up to a second, until it is started again.
    settled = info["statename"] != "EXITED" or info["now"] - info["stop"] > 1
    return settled and info["statename"] in ("STOPPED", "EXITED", "FATAL")


def longest_stop():
    """How long the programs of the groups may take to end: also those that nobody has named."""
    configured = [info for info in server.getAllConfigInfo() if info["group"] in groups]
    return max([stopping_seconds] + [info.get("stopwaitsecs", 0) + DYING_SECONDS for info in configured])


def stop():
    longest = longest_stop()
    end = time.monotonic() + longest
    begun = set()
    running = infos()
    while running:
        begun.update(info["pid"] for _, info in running if info["pid"])
        if time.monotonic() > end:
            left = ", ".join("%s (process %d)" % (program, info["pid"]) for program, info in running)
            sys.exit("Cannot stop %s: nothing ends it within %d s, not even SIGKILL" % (left, longest) + hint("see what it waits for: ps -eo pid,stat,wchan,args"))
        for program, info in running:
            if info["statename"] in ("STARTING", "RUNNING", "BACKOFF"):
                stop_one(program)
        running = [(program, info) for program, info in infos() if not has_ended(info)]
        time.sleep(0.05 if running else 0)
    left = left_of(begun | orphans(begun), end)
    for group in left:
        signal_group(group, signal.SIGKILL)
    left = left_of(left, time.monotonic() + DYING_SECONDS)
    if left:
        names = ", ".join(str(group) for group in left)
        sys.exit("Cannot stop what the processes have started: nothing ends the process groups %s, not even SIGKILL" % names + hint("see what they wait for: ps -eo pid,pgid,stat,wchan,args"))
    forget()


def restart():
    configured = {info["group"] + ":" + info["name"]: info for info in server.getAllConfigInfo()}
    running = {program: info["pid"] for program, info in infos() if program in addresses and info["pid"]}
    # Not by Supervisor, which would leave them stopped if nothing started them again.
    for program, pid in running.items():
        signal_group(pid, configured.get(program, {}).get("stopsignal", signal.SIGTERM))
    seconds = [configured.get(program, {}).get("stopwaitsecs", stopping_seconds) for program in running]
    left = left_of(set(running.values()), time.monotonic() + max(seconds, default=0))
    for group in left:
        signal_group(group, signal.SIGKILL)
    end = time.monotonic() + DYING_SECONDS
    left = left_of(left, end)
    # Supervisor learns of an end a moment later, and takes the program for running until then.
    while not left and any(running.get(program) == info["pid"] for program, info in infos() if info["pid"]):
        if time.monotonic() > end:
            left = set(running.values())
        time.sleep(0.05)
    if left:
        names = ", ".join(program for program, pid in running.items() if pid in left)
        sys.exit("Cannot stop %s: nothing ends it, not even SIGKILL" % names + hint("see what it waits for: ps -eo pid,stat,wchan,args"))
    start(anew=False)


def orphans(known):
    """
    Once the programs have ended: the process groups that they have begun and that have outlived
    their first process, other than the known ones, which Supervisor has told. They are asked to end.

    Supervisor looks after that first process alone, and what is left would keep the port. It is told
    by the environment that Supervisor gives a program, and by its user, as anybody can set the same
    environment. Daemons (processes that called setsid(2)) keep running, unless they listen where the
    programs do.
    """
    marks = {b"SUPERVISOR_GROUP_NAME=" + os.fsencode(group) for group in groups}
    sockets = set().union(*map(listening, addresses.values()))
    found = set()
    for pid in processes():
        try:
            if user_of(pid) != user:
                continue
            with open("/proc/%s/environ" % pid, "rb") as file:
                environment = set(file.read().split(b"\0"))
            if not marks & environment:
                continue
            group, session = os.getpgid(int(pid)), os.getsid(int(pid))
            outlived = session != group and not os.path.exists("/proc/%d" % group)
            if outlived or has_open(pid, sockets):
                found.add(group)
        except OSError:
            # It has ended.
            continue
    found -= known
    for group in found:
        signal_group(group, signal.SIGTERM)
    return found


def has_open(pid, links):
    """Whether a process has one of them open."""
    files = "/proc/%s/fd" % pid
    try:
        for file in os.listdir(files):
            if read_link(os.path.join(files, file)) in links:
                return True
    except OSError:
        # It has ended.
        pass
    return False


def read_link(path):
    try:
        return os.readlink(path)
    except OSError:
        # It was closed just now.
        return None


def processes():
    return filter(str.isdigit, os.listdir("/proc"))


def user_of(pid):
    """The user whose rights a process has (proc(5), /proc/<pid>/status)."""
    with open("/proc/%s/status" % pid) as file:
        return int(next(line for line in file if line.startswith("Uid:")).split()[2])


def user_name(pid):
    number = user_of(pid)
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return "the user %d" % number


def listening(address):
    """The sockets that listen on a port or a path, as links in /proc/<pid>/fd show them (proc(5))."""
    if address == "":
        return set()
    if address.startswith("/"):
        # <number>: <references> <protocol> <flags> <type> <state> <inode> <path>, see unix(7)
        rows = [row for row in table("unix") if row[7:] == [address] and int(row[3], 16) & ACCEPTS]
        return {"socket:[%s]" % row[6] for row in rows}
    port = ":%04X" % int(address)
    rows = [row for row in table("tcp") + table("tcp6") if row[3] == "0A" and row[1].endswith(port)]
    return {"socket:[%s]" % row[9] for row in rows}


def table(name):
    """The rows of a table of sockets, without its head."""
    try:
        with open("/proc/net/" + name) as file:
            return [line.split() for line in file.readlines()[1:]]
    except FileNotFoundError:
        # Where IPv6 is off, tcp6 is not there.
        return []


def left_of(groups, end):
    """Waits for the groups' ends, and gives those that are left when it is time."""
    while True:
        groups = {group for group in groups if signal_group(group, 0)}
        if not groups or time.monotonic() > end:
            return groups
        time.sleep(0.05)


def signal_group(group, number):
    """
    Signals the processes of the user in a group, and says whether there are any. A process can join the
    group of another program of Supervisor (setpgid(2)), root's too: so the signal has no more rights
    than the user.
    """
    members = [int(pid) for pid in processes() if is_member(pid, group)]
    if members and number:
        child = os.fork()
        if child == 0:
            try:
                os.setgroups([])
                os.setresuid(user, user, user)
                for pid in members:
                    signal_one(pid, number)
            finally:
                os._exit(0)
        os.waitpid(child, 0)
    return bool(members)


def signal_one(pid, number):
    try:
        os.kill(pid, number)
    except OSError:
        # It has ended, or is somebody else's by now.
        pass


def is_member(pid, group):
    try:
        return os.getpgid(int(pid)) == group and user_of(pid) == user
    except OSError:
        # It has ended.
        return False


def stop_one(program):
    try:
        server.stopProcess(program, False)
    except Fault as fault:
        # It has ended since it was asked for.
        if fault.faultCode != Faults.NOT_RUNNING:
            raise


def start_one(program):
    try:
        server.startProcess(program, False)
    except Fault as fault:
        # It can't be run, or has ended already: its state and its log say more. Or it runs already.
        if fault.faultCode not in (Faults.SPAWN_ERROR, Faults.ALREADY_STARTED):
            raise


def listens(program, group):
    """Whether a process of the group listens where the program should."""
    sockets = listening(addresses.get(program, ""))
    return bool(sockets) and any(is_in(pid, group) and has_open(pid, sockets) for pid in processes())


def is_in(pid, group):
    try:
        return os.getpgid(int(pid)) == group
    except ProcessLookupError:
        return False


def holders(program, group):
    """Names each other process that listens where the program should."""
    sockets = listening(addresses[program])
    for pid in processes():
        try:
            if sockets and not is_in(pid, group) and has_open(pid, sockets):
                with open("/proc/%s/comm" % pid, errors="replace") as file:
                    name = file.read().strip()
                yield "%s is in use: process %s (%s) of %s listens there" % (addresses[program], pid, name, user_name(pid))
        except OSError:
            # It has ended.
            continue


def start(anew=True):
    if anew:
        stop()
    else:
        for program, info in infos():
            # A start would do nothing, as Supervisor takes it for started.
            if program in addresses and info["statename"] == "BACKOFF":
                stop_one(program)
    server.reloadConfig()
    logs = {program: [(log, size(log)) for log in files] for program, files in log_files().items()}
    load()
    for program in addresses:
        start_one(program)
    waiting = set(addresses)
    while waiting:
        found = [(program, info) for program, info in infos() if program in addresses]
        if len(found) < len(addresses):
            # Another one does, when this one's job was killed: it would wait for ever.
            sys.exit("Cannot start %s: another command has stopped them meanwhile" % ", ".join(addresses))
        failed = [(program, info) for program, info in found if has_failed(info)]
        if failed:
            if anew:
                # Else Supervisor would try again and again.
                stop()
            for program, info in failed:
                print("%s: %s %s. What it printed:" % (program, info["statename"], info["description"]))
                # Before what is said last of all, which is not kept back.
                for log in logs.get(program, []):
                    print("\n".join(lines_from(*log)), flush=True)
                for line in holders(program, info["pid"]):
                    print(line, flush=True)
            sys.exit("Cannot start %s: it does not stay up, see above" % ", ".join(program for program, _ in failed))
        for program, info in found:
            state = info["statename"]
            if state in ("RUNNING", "EXITED") or state == "STARTING" and listens(program, info["pid"]):
                waiting.discard(program)
        time.sleep(0.05 if waiting else 0)


def hint(what):
    """What to do, on a line of its own below a message."""
    return "\n  \u2192 " + what


def log_files():
    """The log files of the programs, as they are configured."""
    configured = {info["group"] + ":" + info["name"]: info for info in server.getAllConfigInfo()}
    both = ("stdout_logfile", "stderr_logfile")
    return {
        program: [info[key] for key in both if str(info.get(key)).startswith("/")]
        for program, info in configured.items()
        if program in addresses
    }


def has_failed(info):
    state = info["statename"]
    return state in FAILED or state == "EXITED" and info["exitstatus"] != not_now


def size(path):
    try:
        with open(path, "rb") as file:
            return file.seek(0, 2)
    except OSError:
        return 0


def lines_from(path, offset):
    try:
        with open(path, "rb") as file:
            file.seek(max(offset, file.seek(0, 2) - SHOWN_BYTES))
            return file.read(SHOWN_BYTES).decode(errors="replace").splitlines()[-SHOWN_LINES:]
    except OSError as error:
        return [str(error)]


try:
    reach()
    {"start": start, "restart": restart, "wake": lambda: start(anew=False), "stop": stop, "show": lambda: None}[action]()
    for program, info in infos():
        # The process stands before it already.
        about = info["description"].removeprefix("pid %d, " % info["pid"])
        print(program, info["statename"], info["pid"], info["start"], about)
except Fault as fault:
    about = {
        Faults.BAD_NAME: "; its configuration has no such program" + hint("deploy again"),
        Faults.SHUTDOWN_STATE: "; it is stopping" + hint("see: systemctl status supervisor"),
    }.get(fault.faultCode, "")
    sys.exit("Cannot %s the processes: Supervisor says %s%s" % (action, fault.faultString, about))
except (OSError, HTTPException, ProtocolError) as error:
    sys.exit("Cannot %s the processes: supervisord does not answer: %s" % (action, error) + hint("see: systemctl status supervisor"))
