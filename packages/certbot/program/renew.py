"""Renews a certificate before the timer does."""
import time

# As certbot's own default: renew_before_expiry.
DUE_SECONDS = 30 * 24 * 3600


def renew(request, dry):
    """Renews it when it is due, or always by force; a dry run only tries that, with another CA if there is one."""
    name = request["name"]
    failure = f"Cannot renew the certificate {name}"
    before = require_lineage(request, failure, "issue it: certbot-issue")
    left = before["ends"] - time.time()
    if not (dry or request["force"] or left < DUE_SECONDS):
        say(f"{name} is not due: {int(left // 86400)} days left, serial {before['serial']}")
        return
    # certbot renews the names that the certificate has, also when others are declared.
    request = {**request, "names": before["names"]}
    if not dry:
        refuse_limits(failure, request)
    bundle = with_cas(request)
    refuse_names(failure, request)
    server = (request["dryRunServer"] if dry else None) or request["server"]
    check_directory(server, bundle, failure)
    arguments = ["renew", "--non-interactive", "--no-random-sleep-on-renew", "--cert-name", name]
    if dry:
        # Else certbot asks Let's Encrypt's staging, also when the certificate comes from another CA.
        arguments += ["--dry-run", "--server", server]
    elif request["force"]:
        arguments += ["--force-renewal"]
    status, output, problems = retry_bad_nonce(request, arguments, bundle)
    if status != 0:
        if not dry:
            note_failure(request, problems, time.time())
        fail_by(failure, problems, output, request)
    if dry:
        say(f"{name} can be renewed: the dry run succeeded")
        return
    note_issued(request, time.time())
    after = check_new(failure, request, before, output)
    say(f"renewed {name}: serial {before['serial']} → {after['serial']}, valid until {clock(after['ends'])}")
