"""Reads what to do from the arguments, and the request from standard input."""
import glob, json, os, sys


def main(action, *words):
    """Does an action of program.ts with the request; its words are the rest of the arguments."""
    request = json.load(sys.stdin)
    NOTICE["mark"] = request["noticeMark"]
    os.makedirs(request["state"], mode=0o700, exist_ok=True)
    # Of a run that was killed: a key is in it.
    for rest in glob.glob(request["state"] + "/eab-*"):
        os.unlink(rest)
    if action == "renew":
        renew(request, "dry-run" in words)
    else:
        {"issue": issue, "revoke": revoke, "check-served": check_served}[action](request, *words)


if __name__ == "__main__":
    main(*sys.argv[1:])
