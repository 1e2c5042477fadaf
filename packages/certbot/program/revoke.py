"""Revokes a certificate, and removes its files."""
import os


def revoke(request, reason):
    """Revokes it at its CA, and removes its files; only the latter when it is revoked already."""
    name = request["name"]
    failure = f"Cannot revoke the certificate {name}"
    before = require_lineage(request, failure, "certbot-status shows the certificates")
    bundle = with_cas(request)
    which = ["--non-interactive", "--cert-name", name]
    # Debian 11's certbot asks Let's Encrypt else, whichever CA the certificate is from.
    ca = ["--server", before["server"]] if before["server"] else []
    arguments = ["revoke", *which, *ca, "--reason", reason, "--delete-after-revoke"]
    status, output, problems = retry_bad_nonce(request, arguments, bundle)
    if status != 0:
        if not any(problem["kind"] == "alreadyRevoked" for problem in problems):
            fail_by(failure, problems, output, request)
        _, output, _ = certbot(request, ["delete", *which], bundle)
    if read_lineage(request) is not None or os.path.exists(renewal_path(request)):
        left = f"it is revoked, but its files are still there\n{what_it_said(output)}"
        fail(f"{failure}: {left}", f"certbot delete --cert-name {name}")
    say(f"revoked {name}, serial {before['serial']}, and removed its files")
