"""Runs certbot, and asks for the CA's directory."""
import fcntl, json, os, ssl, subprocess, sys, time
import urllib.error, urllib.request
from http.client import HTTPException

CERTBOT = "/usr/bin/certbot"
SYSTEM_CAS = "/etc/ssl/certs/ca-certificates.crt"
CERTBOT_TIMEOUT_SECONDS = 900
LOCK_TIMEOUT_SECONDS = 300
DIRECTORY_TIMEOUT_SECONDS = 20
SHOWN_LINES = 12


def fail(message, hint=None):
    print(message + (f"\n  → {hint}" if hint else ""), file=sys.stderr)
    sys.exit(1)


def say(text):
    """A line that people see, with the mark of the client that runs this."""
    print(NOTICE["mark"] + text, flush=True)


def with_cas(request):
    """A file with the CAs that the directory may be signed by; None: those of the system."""
    if not request["caFile"]:
        return None
    bundle = request["state"] + "/ca-bundle.pem"
    with open(bundle, "wb") as file:
        for path in (SYSTEM_CAS, request["caFile"]):
            if os.path.exists(path):
                with open(path, "rb") as one:
                    file.write(one.read() + b"\n")
    return bundle


def check_directory(url, bundle, failure):
    """Its JSON (RFC 8555, 7.1.1), so that nothing is asked of what is no CA."""
    try:
        context = ssl.create_default_context(cafile=bundle)
    except ssl.SSLError as error:
        fail(f"{failure}: the certificate of its CA is damaged: {error.reason}", "caCertificate: a PEM file")
    try:
        with urllib.request.urlopen(url, timeout=DIRECTORY_TIMEOUT_SECONDS, context=context) as answer:
            directory = json.loads(answer.read(MOST_BYTES))
    except urllib.error.HTTPError as error:
        hint = "check certbot.server: when it is the URL of the ACME directory, the CA is down; try again later"
        fail(f"{failure}: {url} answers {error.code}", hint)
    except (OSError, HTTPException) as error:
        # urllib wraps the reason, but not always.
        reason = getattr(error, "reason", error)
        if isinstance(reason, ssl.SSLCertVerificationError):
            why = f"has a certificate that this host does not trust: {reason.verify_message}"
            fail(f"{failure}: {url} {why}", "caCertificate: the certificate of the CA that has signed it")
        why = " ".join(str(getattr(reason, "strerror", None) or reason).split())
        hint = "check that the host may open connections to it, and that server is right"
        fail(f"{failure}: {url} cannot be reached: {why}", hint)
    except ValueError:
        directory = None
    if not isinstance(directory, dict) or not all(key in directory for key in ("newNonce", "newAccount", "newOrder")):
        fail(f"{failure}: {url} is no ACME directory", "server: the URL that the CA gives for ACME clients")
    return directory


def wait_for_certbot(request):
    """certbot refuses to run twice, and the timer may have started it."""
    try:
        lock = open(request["letsencrypt"] + "/.certbot.lock", "w")
    except OSError:
        return
    with lock:
        end = time.monotonic() + LOCK_TIMEOUT_SECONDS
        while True:
            try:
                fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except OSError:
                if time.monotonic() > end:
                    fail("Cannot run certbot: another one has been running for five minutes", "see: ps -C certbot -f")
                time.sleep(0.5)


def certbot(request, arguments, bundle, log=None):
    """Its exit status, its output, and what it has written into its log."""
    wait_for_certbot(request)
    log = log or request["log"]
    seen = log_mark(log)
    environment = dict(os.environ, LC_ALL="C.UTF-8", **({"REQUESTS_CA_BUNDLE": bundle} if bundle else {}))
    try:
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        ran = subprocess.run([CERTBOT, *arguments], env=environment, timeout=CERTBOT_TIMEOUT_SECONDS, **streams)
        status, output = ran.returncode, ran.stdout
    except subprocess.TimeoutExpired as error:
        status, output = 1, (error.stdout or b"") + b"\nIt was ended after 15 minutes."
    return status, output.decode("utf-8", "replace"), log_since(log, seen)


def log_mark(log):
    try:
        status = os.stat(log)
        return status.st_ino, status.st_size
    except FileNotFoundError:
        return 0, 0


def log_since(log, seen):
    """certbot appends to its log, or begins another one: option --max-log-backups."""
    inode, size = seen
    try:
        with open(log, "rb") as file:
            status = os.fstat(file.fileno())
            if status.st_ino == inode and status.st_size >= size:
                file.seek(size)
            return file.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return ""


def what_it_said(output):
    lines = [line for line in output.splitlines() if line.strip()]
    return "\n".join(f"    {line}" for line in lines[-SHOWN_LINES:])


def fail_by(failure, problems, output, request):
    lines, hint = explain(problems, request)
    if lines:
        fail("\n".join([f"{failure}:", *(f"  {line}" for line in lines)]), hint)
    fail(f"{failure}: certbot failed\n{what_it_said(output)}", f"see: less {request['log']}")
