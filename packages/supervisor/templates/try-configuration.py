"""
Reads Supervisor's whole configuration with its own parser, as it would be with another file,
or none, at a path: main [path staged program]. `staged` is what is to be at the path, '' for
nothing; `program` is the program that it must define, '' for any. Ends with a message when something is wrong.

The messages of Supervisor quote whole values, and those of environment= may be secret: only
what can't hold one is shown.
"""
import fnmatch, os, re, subprocess, sys
from types import SimpleNamespace
from supervisor import options

main = sys.argv[1]
path, staged, program = (sys.argv[2:] + ['', '', ''])[:3]
glob, read = options.glob.glob, options.UnhosedConfigParser.read


def environment():
    """What supervisord itself has in its environment: files may expand %(ENV_x)s."""
    show = ['systemctl', 'show', '--property=MainPID', '--value', 'supervisor']
    try:
        pid = int(subprocess.run(show, stdout=subprocess.PIPE).stdout)
        with open('/proc/%d/environ' % pid) as file:
            return dict(entry.split('=', 1) for entry in file.read().split('\0') if '=' in entry)
    except (OSError, ValueError):
        return {}


def programs(path, staged, others):
    """The names of all programs and groups, in the tree with `staged` at the path."""
    def find(pattern):
        found = [file for file in glob(pattern) if others and file != path]
        beside = os.path.dirname(pattern) == os.path.dirname(path)
        if staged and beside and fnmatch.fnmatch(os.path.basename(path), os.path.basename(pattern)):
            found.append(path)
        return found

    def read_staged(parser, filename, **more):
        return read(parser, staged if filename == path else filename, **more)

    options.glob = SimpleNamespace(glob=find)
    options.UnhosedConfigParser.read = read_staged
    server = options.ServerOptions()
    server.environ_expansions.update(('ENV_' + name, value) for name, value in environment().items())
    server.configfile = main
    server.process_config_file(False)
    return [group.name for group in server.configroot.supervisord.process_group_configs]


def fault(path, staged, others=True):
    try:
        found = programs(path, staged, others)
    except Exception as error:
        return explain(str(error).replace(staged, path) if staged else str(error), path)
    if staged and program and program not in found:
        return '%s: it defines no program %s, or %s does not include it' % (path, program, main)


def explain(message, path):
    file = re.search(r"'(/[^']+)'\)?(?:$|\n|, line)", message)
    line = re.search(r'line:? +([0-9]+)', message)
    section = re.search(r"in section '([^']+)' \(file", message)
    if 'no section headers' in message or 'parsing errors' in message:
        reason = 'it has not the form of a configuration file'
    elif message.startswith('Format string'):
        reason = 'a value has a % that is neither %% nor an expansion'
    elif 'key/value pairs' in message:
        reason = 'its environment= is not of the form NAME="value",NAME="value"'
    else:
        reason = re.sub(r" in section '.*", '', message)
    return '%s%s%s: %s' % (
        file.group(1) if file else path or main,
        ', line ' + line.group(1) if line else '',
        ', section ' + section.group(1) if section else '',
        reason,
    )


wrong = fault(path, staged)
# Broken without the change as well: then it must be sound by itself, so that several broken
# files can be corrected one by one.
if wrong and path and fault('', ''):
    wrong = fault(path, staged, others=False)
if wrong:
    sys.exit('Cannot use the configuration of Supervisor: ' + wrong)
