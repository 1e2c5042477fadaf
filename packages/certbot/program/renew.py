"""Renews a certificate before the timer does, ends one, and looks at what nginx serves."""

# As certbot's own default: renew_before_expiry.
DUE_SECONDS = 30 * 24 * 3600


def renew(spec, dry):
    name = spec["name"]
    act = f"Cannot renew the certificate {name}"
    before = read_lineage(name)
    if before is None:
        fail(f"{act}: there is none", "issue it: certbot-issue")
    left = before["ends"] - time.time()
    if not (dry or spec["force"] or left < DUE_SECONDS):
        say(f"{name} is not due: {int(left // 86400)} days left, serial {before['serial']}")
        return
    # certbot renews the names that it has, whatever is declared.
    spec = {**spec, "domains": before["names"]}
    if not dry:
        refuse_limits(act, spec)
    bundle = with_cas(spec)
    refuse_names(act, spec)
    arguments = ["renew", "--non-interactive", "--no-random-sleep-on-renew", "--cert-name", name]
    if dry:
        # Else certbot rehearses with Let's Encrypt's staging, whatever CA the certificate comes from.
        arguments += ["--dry-run", "--server", spec["rehearsal"] or spec["server"]]
    elif spec["force"]:
        arguments += ["--force-renewal"]
    status, output, problems = insist(arguments, bundle)
    if status != 0:
        if not dry:
            note_failure(spec, problems, time.time())
        fail_by(act, problems, output, spec)
    if dry:
        say(f"{name} can be renewed: the rehearsal succeeded")
        return
    note_issued(spec, time.time())
    after = check_new(act, spec, before, output)
    say(f"has renewed {name}: serial {before['serial']} → {after['serial']}, until {clock(after['ends'])}")


def served(spec):
    """Fails when nginx serves another certificate than the file's."""
    present = read_lineage(spec["name"])
    act = f"Cannot use the certificate {spec['name']}"
    for name in spec["domains"]:
        asked = name.replace("*", "any", 1)
        try:
            serial = serial_at(asked, spec["port"])
        except OSError as error:
            why = error.strerror or error
            fail(f"{act}: nginx does not answer for {asked} on port {spec['port']}: {why}", "see: systemctl status nginx")
        if present is None or serial != present["serial"]:
            own = present["serial"] if present else "one of a file"
            fail(f"{act}: for {asked}, nginx serves the serial {serial}, not {own}", "see: nginx -t")
    if present:
        say(f"nginx serves {present['serial']} for {', '.join(spec['domains'])}")


def serial_at(name, port):
    from cryptography import x509

    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", port), ANSWER_SECONDS) as plain:
        with context.wrap_socket(plain, server_hostname=name) as one:
            return hexadecimal(x509.load_der_x509_certificate(one.getpeercert(True)).serial_number)


def revoke(spec, reason):
    name = spec["name"]
    act = f"Cannot revoke the certificate {name}"
    before = read_lineage(name)
    if before is None:
        fail(f"{act}: there is none", "issue one: certbot-issue")
    bundle = with_cas(spec)
    which = ["--non-interactive", "--cert-name", name]
    status, output, problems = insist(["revoke", *which, "--reason", reason, "--delete-after-revoke"], bundle)
    if status != 0:
        if not any(problem["kind"] == "alreadyRevoked" for problem in problems):
            fail_by(act, problems, output, spec)
        _, output, _ = certbot(["delete", *which], bundle)
    if read_lineage(name) is not None or os.path.exists(renewal_path(name)):
        left = f"it is revoked, but its files are still there\n{what_it_said(output)}"
        fail(f"{act}: {left}", f"certbot delete --cert-name {name}")
    say(f"has revoked {name}, serial {before['serial']}, and removed its files")
