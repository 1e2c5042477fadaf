"""Gets a certificate, when the present one is not as wanted."""
import os, re, tempfile, time


def options_of(request, server):
    """The arguments of certbot for a new certificate, of the CA or of the one for dry runs."""
    challenge = request["challenge"]
    if challenge["kind"] == "webroot":
        how = ["--authenticator", "webroot", "--webroot-path", challenge["path"]]
    else:
        how = ["--authenticator", "manual", "--preferred-challenges", "dns"]
        how += ["--manual-auth-hook", challenge["authHook"]]
        how += ["--manual-cleanup-hook", challenge["cleanupHook"]] if challenge["cleanupHook"] else []
    what = ["--server", server, "--cert-name", request["name"], "--key-type", request["keyType"]]
    names = [word for name in request["names"] for word in ("-d", name)]
    return ["certonly", "--non-interactive", "--agree-tos", *what, *how, *names]


def contact_of(email):
    return [f"--email={email}", "--no-eff-email"] if email else ["--register-unsafely-without-email"]


def retry_bad_nonce(request, arguments, bundle, log=None):
    """Runs certbot again when the CA has refused nonces: certbot itself retries each request once."""
    for attempt in (1, 2):
        status, output, said = certbot(request, arguments, bundle, log)
        if status == 0 or attempt == 2 or not ended_by_bad_nonce(said):
            return status, output, problems_in(said)


def dry_run(request, bundle):
    """The same with a CA whose failures don't count, beside certbot's own files."""
    server, folder = request["dryRunServer"], request["state"] + "/dry-run"
    what = f"the dry run at {server} failed, and the CA was not asked"
    failure = f"Cannot issue the certificate {request['name']}: {what}"
    check_directory(server, bundle, failure)
    say(f"dry run of {request['name']} at {server}")
    places = [f"--{kind}-dir={folder}/{kind}" for kind in ("config", "work", "logs")]
    arguments = [*options_of(request, server), "--dry-run", *contact_of(None), *places]
    status, output, problems = retry_bad_nonce(request, arguments, bundle, f"{folder}/logs/letsencrypt.log")
    if status != 0:
        fail_by(failure, problems, output, request)


def ask_ca(request, bundle):
    arguments = [*options_of(request, request["server"]), *contact_of(request["email"])]
    arguments += ["--force-renewal", "--renew-with-new-domains"]
    if not request["eab"]:
        return retry_bad_nonce(request, arguments, bundle)
    # A line of its own would be another option.
    if not all(re.fullmatch(r"[\x21-\x7e]+", request["eab"][key]) for key in ("kid", "hmacKey")):
        fail(f"Cannot issue the certificate {request['name']}: the key of certbot.eab is not one word", "secrets-set: the key as the CA has given it")
    # Not on the command line, which every user of the host can read.
    handle, eab = tempfile.mkstemp(dir=request["state"], prefix="eab-")
    try:
        with open(handle, "w") as file:
            file.write(f"eab-kid = {request['eab']['kid']}\neab-hmac-key = {request['eab']['hmacKey']}\n")
        return retry_bad_nonce(request, [*arguments, "--config", eab], bundle)
    finally:
        os.unlink(eab)


def refuse_limits(failure, request):
    reached = limits_of(read_attempts(request), request, time.time())
    if reached:
        what = "\n".join(f"  {line}" for line, _ in reached)
        free = clock(max(end for _, end in reached) + 60)
        fail(f"{failure}: a rate limit is reached, and the CA was not asked\n{what}", f"try again after {free}")


def refuse_names(failure, request):
    wrong = check_names(request) if request["challenge"]["kind"] == "webroot" else []
    if wrong:
        what = "\n".join(f"  {line}" for line in wrong)
        hint = "correct the DNS or the firewall, or remove the names from the domains"
        hint += "; behind a router, see: publicAddresses"
        fail(f"{failure}: the CA could not check these names, and was not asked\n{what}", hint)


def issue(request):
    """Asks the CA, after all that can be checked before, or only sets how the present one is renewed."""
    name = request["name"]
    failure = f"Cannot issue the certificate {name}"
    why = why_new(request, time.time())
    if why is None:
        write_renewal(request)
        say(f"the certificate {name} is there, and will be renewed as wanted")
        return
    refuse_limits(failure, request)
    bundle = with_cas(request)
    directory = check_directory(request["server"], bundle, failure)
    if (directory.get("meta") or {}).get("externalAccountRequired") and not request["eab"]:
        what, hint = MEANING["externalAccountRequired"]
        fail(f"{failure}: {what}", hint)
    refuse_names(failure, request)
    if request["dryRunServer"]:
        dry_run(request, bundle)
    say(f"ordering {name} from {request['server']}: {why}")
    set_aside(request)
    before = read_lineage(request)
    status, output, problems = ask_ca(request, bundle)
    if status != 0:
        note_failure(request, problems, time.time())
        fail_by(failure, problems, output, request)
    note_issued(request, time.time())
    after = check_new(failure, request, before, output)
    write_renewal(request)
    say(f"issued {name}: serial {after['serial']}, valid until {clock(after['ends'])}")


def check_new(failure, request, before, output):
    """certbot's exit status of 0 is no proof."""
    after, see = read_lineage(request), f"see: less {request['log']}"
    if after is None or (before and before["serial"] == after["serial"]):
        what = f"certbot said that it succeeded, but there is no new one in {live_folder(request)}"
        fail(f"{failure}: {what}\n{what_it_said(output)}", see)
    if after["names"] != sorted(request["names"]):
        fail(f"{failure}: the new one is for {', '.join(after['names'])}", see)
    if not after["fits"]:
        fail(f"{failure}: the key of the new one does not fit", see)
    if after["ends"] <= time.time():
        fail(f"{failure}: the new one ended at {clock(after['ends'])}", "check the clock of the host: date")
    return after
