"""Whether each name leads to this host, and nginx answers there as a CA asks."""
import errno, os, secrets, socket, subprocess
from concurrent.futures import ThreadPoolExecutor

NO_ROUTE = (errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL)


def own_addresses():
    try:
        return subprocess.run(["hostname", "-I"], capture_output=True, text=True, check=True).stdout.split()
    except (OSError, subprocess.CalledProcessError):
        return []


def is_own(family, address):
    """Only an address of this host can be bound."""
    try:
        with socket.socket(family, socket.SOCK_STREAM) as one:
            one.bind((address, 0))
        return True
    except OSError:
        return False


def check_names(request):
    """The names that a CA would not reach, each with the reason."""
    folder = os.path.join(request["challenge"]["path"], ".well-known", "acme-challenge")
    os.umask(0o022)
    os.makedirs(folder, exist_ok=True)
    token, value = "fairness-deploy-" + secrets.token_hex(16), secrets.token_hex(32)
    path = os.path.join(folder, token)
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644), "w") as file:
            file.write(value)
        check = lambda name: check_name(name, token, value, request["publicAddresses"])
        with ThreadPoolExecutor(8) as pool:
            return [line for lines in pool.map(check, request["names"]) for line in lines]
    finally:
        if os.path.exists(path):
            os.unlink(path)


def check_name(name, token, value, public_addresses):
    try:
        found = socket.getaddrinfo(name, 80, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        why = "the DNS gives no answer" if error.errno == socket.EAI_AGAIN else "it has no address in the DNS"
        return [f"{name}: {why}"]
    except UnicodeError:
        return [f"{name}: it has no address in the DNS"]
    addresses = dict.fromkeys((family, address[0]) for family, _, _, _, address in found)
    lines = []
    for family, address in addresses:
        # A router translates it: the host can't reach it itself.
        if address in public_addresses:
            continue
        how = ask(name, family, address, token, value)
        if how is None:
            continue
        if not is_own(family, address):
            address += f", which is not an address of this host ({', '.join(own_addresses()) or 'none found'})"
        lines.append(f"{name}: it leads to {address}, and {how}")
    return lines


def ask(name, family, address, token, value):
    """How port 80 answers instead of with the token; None when it does."""
    try:
        with socket.socket(family, socket.SOCK_STREAM) as one:
            one.settimeout(ANSWER_TIMEOUT_SECONDS)
            one.connect((address, 80))
            headers = f"Host: {name}\r\nUser-Agent: fairness-deploy\r\n\r\n"
            one.sendall(f"GET /.well-known/acme-challenge/{token} HTTP/1.0\r\n{headers}".encode())
            answer = b""
            while len(answer) < MOST_BYTES:
                part = one.recv(4096)
                if not part:
                    break
                answer += part
    except TimeoutError:
        return "port 80 does not answer there: a firewall?"
    except ConnectionRefusedError:
        return "port 80 refuses the connection there: nothing listens, or a firewall"
    except OSError as error:
        if error.errno in NO_ROUTE:
            return "this host has no route to it"
        return f"the connection fails there: {error.strerror or error}"
    head, _, body = answer.partition(b"\r\n\r\n")
    words = head.split(b"\r\n")[0].decode("latin-1").split(" ")
    status = words[1] if len(words) > 1 and words[0].startswith("HTTP/") else "no HTTP"
    if status == "200" and body.strip() == value.encode():
        return None
    fields = [line.decode("latin-1").partition(":") for line in head.split(b"\r\n")]
    to = "".join(f" to {value.strip()[:200]}" for key, _, value in fields if key.lower() == "location")
    what = "200 with another content" if status == "200" else status
    return f"port 80 answers something else there: {what}{to}"
