"""A certificate as certbot keeps it: its files, and how it will be renewed."""
import calendar, os, shutil, time

# The directories of a CA that has moved: the first one was switched off in 2021.
MOVED = {"https://acme-v01.api.letsencrypt.org/directory": "https://acme-v02.api.letsencrypt.org/directory"}


def hexadecimal(serial):
    """As openssl prints it: whole bytes."""
    return serial.to_bytes(serial.bit_length() // 8 + 1, "big").lstrip(b"\0").hex().upper() or "00"


def live_folder(request):
    return f"{request['letsencrypt']}/live/{request['name']}"


def renewal_path(request):
    return f"{request['letsencrypt']}/renewal/{request['name']}.conf"


def read_lineage(request):
    """None when certbot has none, or only parts of one."""
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization

    folder = live_folder(request)
    try:
        with open(f"{folder}/fullchain.pem", "rb") as file:
            certificate = x509.load_pem_x509_certificate(file.read())
        with open(f"{folder}/privkey.pem", "rb") as file:
            key = serialization.load_pem_private_key(file.read(), None)
        renewal = read_renewal(request)
    # Also damaged (ConfigObjError is a SyntaxError), or a key with a passphrase.
    except (FileNotFoundError, ValueError, TypeError, SyntaxError):
        return None
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        names = found.value.get_values_for_type(x509.DNSName)
    except x509.ExtensionNotFound:
        names = []
    form = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return {
        "names": sorted(names),
        "serial": hexadecimal(certificate.serial_number),
        # Without a time zone, which old versions of the library don't know: it is UTC.
        "ends": calendar.timegm(certificate.not_valid_after.timetuple()),
        "fits": certificate.public_key().public_bytes(*form) == key.public_key().public_bytes(*form),
        "server": renewal.get("renewalparams", {}).get("server", ""),
    }


def require_lineage(request, failure, hint):
    """The certificate as read_lineage() reads it; fails when there is none."""
    present = read_lineage(request)
    if present is None:
        fail(f"{failure}: there is none", hint)
    return present


def set_aside(request):
    """
    Moves away what an interrupted certbot has left of a certificate: beside it, certbot would make
    another one under another name. Nothing that still can be served.
    """
    name, base = request["name"], request["letsencrypt"]
    left = [path for path in (renewal_path(request), live_folder(request), f"{base}/archive/{name}") if os.path.lexists(path)]
    if not left or read_lineage(request) is not None:
        return
    if can_be_served(request):
        what = f"the certificate is there, but certbot's file {renewal_path(request)} is missing or damaged"
        fail(f"Cannot issue the certificate {name}: {what}", "restore that file from a backup of /etc/letsencrypt")
    place = f"{request['state']}/set-aside/{name}-{int(time.time())}"
    os.makedirs(place, mode=0o700)
    for path in left:
        os.rename(path, f"{place}/{os.path.basename(os.path.dirname(path))}")
    say(f"set aside what an interrupted certbot has left of {name}: {place}")


def can_be_served(request):
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization

    try:
        with open(f"{live_folder(request)}/fullchain.pem", "rb") as file:
            x509.load_pem_x509_certificate(file.read())
        with open(f"{live_folder(request)}/privkey.pem", "rb") as file:
            serialization.load_pem_private_key(file.read(), None)
    except (OSError, ValueError, TypeError):
        return False
    return True


def read_renewal(request):
    # As certbot reads it.
    from configobj import ConfigObj

    path = renewal_path(request)
    if not os.path.isfile(path):
        raise FileNotFoundError(path)
    return ConfigObj(path, encoding="utf-8", default_encoding="utf-8")


def same_ca(one, other):
    """Whether two directories are those of one CA."""
    return MOVED.get(one, one) == MOVED.get(other, other)


def why_new(request, now):
    """Why the CA must be asked; None when the present certificate is the wanted one."""
    present = read_lineage(request)
    if present is None:
        return "there is none"
    if present["names"] != sorted(request["names"]):
        return "its names change"
    if not present["fits"]:
        return "its key does not fit"
    if present["ends"] <= now:
        return "it has expired"
    if not same_ca(present["server"], request["server"]):
        return f"it comes from {present['server'] or 'another CA'}"
    return "a new one is asked for" if request["force"] else None


def write_renewal(request):
    """Sets how it will be renewed, without asking the CA. certbot 2.1 has no command for that."""
    renewal = read_renewal(request)
    before = renewal.write()
    options = renewal.setdefault("renewalparams", {})
    challenge = request["challenge"]
    # Those would stop nginx, or belong to what answered the CA before.
    gone = ["installer", "pre_hook", "post_hook", "autorenew", "pref_challs", "webroot_path", "webroot_map"]
    of_plugins = ("manual_", "standalone_", "nginx_", "apache_", "dns_")
    for key in gone + [key for key in options if key.startswith(of_plugins)]:
        options.pop(key, None)
    options["server"], options["key_type"] = request["server"], request["keyType"]
    if challenge["kind"] == "webroot":
        options["authenticator"] = "webroot"
        options["webroot_path"] = [challenge["path"]]
        options["webroot_map"] = {name: challenge["path"] for name in request["names"]}
    else:
        options["authenticator"] = "manual"
        options["pref_challs"] = ["dns-01"]
        options["manual_auth_hook"] = challenge["authHook"]
        if challenge["cleanupHook"]:
            options["manual_cleanup_hook"] = challenge["cleanupHook"]
    after = renewal.write()
    if after == before:
        return
    path = renewal_path(request)
    staged = os.path.join(os.path.dirname(path), f".{request['name']}.fd-new")
    with open(staged, "wb") as file:
        renewal.write(file)
        file.flush()
        os.fsync(file.fileno())
    shutil.copystat(path, staged)
    os.utime(staged)
    os.rename(staged, path)
