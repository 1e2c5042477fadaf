"""Gets a certificate, when the present one is not as wanted."""


def options_of(spec, server):
    challenge = spec["challenge"]
    if challenge["kind"] == "webroot":
        how = ["--authenticator", "webroot", "--webroot-path", challenge["path"]]
    else:
        how = ["--authenticator", "manual", "--preferred-challenges", "dns"]
        how += ["--manual-auth-hook", challenge["auth"]]
        how += ["--manual-cleanup-hook", challenge["cleanup"]] if challenge["cleanup"] else []
    what = ["--server", server, "--cert-name", spec["name"], "--key-type", spec["keyType"]]
    names = [word for name in spec["domains"] for word in ("-d", name)]
    return ["certonly", "--non-interactive", "--agree-tos", *what, *how, *names]


def contact_of(email):
    return ["--email", email, "--no-eff-email"] if email else ["--register-unsafely-without-email"]


def insist(arguments, bundle, log=LOG):
    """Asks once more when the CA has refused nonces: certbot itself asks once more for each request."""
    for attempt in (1, 2):
        status, output, said = certbot(arguments, bundle, log)
        problems = problems_in(said)
        bad_nonces = problems and all(problem["kind"] == "badNonce" for problem in problems)
        if status == 0 or attempt == 2 or not bad_nonces:
            return status, output, problems


def rehearse(spec, bundle):
    """The same once more, with a CA whose failures don't count, beside certbot's own files."""
    server, folder = spec["rehearsal"], STATE + "/rehearsal"
    act = f"Cannot issue the certificate {spec['name']}: the rehearsal at {server} failed, and the CA was not asked"
    check_directory(server, bundle, act)
    say(f"rehearses {spec['name']} at {server}")
    places = [f"--{kind}-dir={folder}/{kind}" for kind in ("config", "work", "logs")]
    arguments = [*options_of(spec, server), "--dry-run", *contact_of(None), *places]
    status, output, problems = insist(arguments, bundle, f"{folder}/logs/letsencrypt.log")
    if status != 0:
        fail_by(act, problems, output, spec)


def ask_ca(spec, bundle):
    arguments = [*options_of(spec, spec["server"]), *contact_of(spec["email"])]
    arguments += ["--force-renewal", "--renew-with-new-domains"]
    if not spec["eab"]:
        return insist(arguments, bundle)
    # Not on the command line, which every user of the host can read.
    handle, eab = tempfile.mkstemp(dir=STATE, prefix="eab-")
    try:
        with open(handle, "w") as file:
            file.write(f"eab-kid = {spec['eab']['kid']}\neab-hmac-key = {spec['eab']['hmacKey']}\n")
        return insist([*arguments, "--config", eab], bundle)
    finally:
        os.unlink(eab)


def refuse_limits(act, spec):
    reached = limits_of(read_attempts(), spec, time.time())
    if reached:
        what = "\n".join(f"  {line}" for line, _ in reached)
        free = clock(max(end for _, end in reached) + 60)
        fail(f"{act}: a rate limit is reached, and the CA was not asked\n{what}", f"try again after {free}")


def refuse_names(act, spec):
    wrong = check_names(spec) if spec["challenge"]["kind"] == "webroot" else []
    if wrong:
        what = "\n".join(f"  {line}" for line in wrong)
        hint = "correct the DNS or the firewall, or remove the names from the domains; behind a router, see: addresses"
        fail(f"{act}: the CA could not check these names, and was not asked\n{what}", hint)


def issue(spec):
    name = spec["name"]
    act = f"Cannot issue the certificate {name}"
    why = why_new(spec, time.time())
    if why is None:
        bring_in_line(spec)
        say(f"the certificate {name} is there, and will be renewed as wanted")
        return
    refuse_limits(act, spec)
    bundle = with_cas(spec)
    directory = check_directory(spec["server"], bundle, act)
    if (directory.get("meta") or {}).get("externalAccountRequired") and not spec["eab"]:
        what, hint = MEANING["externalAccountRequired"]
        fail(f"{act}: {what}", hint)
    refuse_names(act, spec)
    if spec["rehearsal"]:
        rehearse(spec, bundle)
    say(f"asks {spec['server']} for {name}: {why}")
    before = read_lineage(name)
    status, output, problems = ask_ca(spec, bundle)
    if status != 0:
        note_failure(spec, problems, time.time())
        fail_by(act, problems, output, spec)
    note_issued(spec, time.time())
    after = check_new(act, spec, before, output)
    bring_in_line(spec)
    say(f"has {name} now: serial {after['serial']}, until {clock(after['ends'])}")


def check_new(act, spec, before, output):
    """certbot's exit status of 0 is no proof."""
    after, see = read_lineage(spec["name"]), f"see: less {LOG}"
    if after is None or (before and before["serial"] == after["serial"]):
        where = f"{LETSENCRYPT}/live/{spec['name']}"
        fail(f"{act}: certbot said that it succeeded, but there is no new one in {where}\n{what_it_said(output)}", see)
    if after["names"] != sorted(spec["domains"]):
        fail(f"{act}: the new one is for {', '.join(after['names'])}", see)
    if not after["fits"]:
        fail(f"{act}: the key of the new one does not fit", see)
    if after["ends"] <= time.time():
        fail(f"{act}: the new one ended at {clock(after['ends'])}", "see whether the clock of the host is right: date")
    return after
