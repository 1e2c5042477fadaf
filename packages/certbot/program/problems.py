"""What a CA has answered, from certbot's log, and what it means (RFC 8555, 6.7)."""
import json, re, time
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

ERROR = "urn:ietf:params:acme:error:"

# By type: what is the case, and what to do. {name} is the name that the CA asked for, {email} the contact,
# {letsencrypt} the folder of certbot.
MEANING = {
    "dns": (
        "the CA's question to the DNS failed",
        "check that {name} has an A or AAAA record, and that its DNSSEC is in order",
    ),
    "connection": (
        "port 80 of {name} cannot be reached from outside: a firewall?",
        "open port 80 in the firewall of the host and of its provider, for IPv4 and IPv6",
    ),
    "unauthorized": (
        "the CA got another answer than the one of this host",
        "check that {name} leads to this host alone, by IPv4 and by IPv6",
    ),
    "incorrectResponse": (
        "the CA got another answer than the one of this host",
        "check that {name} leads to this host alone, by IPv4 and by IPv6",
    ),
    "tls": (
        "the CA found no usable TLS at {name}",
        "check that port 80 does not lead elsewhere",
    ),
    "caa": (
        "a CAA record in the DNS of {name} forbids this CA",
        "add the CA to the CAA record, or remove the record",
    ),
    "rejectedIdentifier": (
        "the CA does not certify {name}",
        "remove it from the domains, or ask another CA: server",
    ),
    "unsupportedIdentifier": (
        "the CA does not certify names such as {name}",
        "remove it from the domains",
    ),
    "badNonce": (
        "the CA refuses its own nonces",
        "try again later",
    ),
    "serverInternal": (
        "the CA has a failure of its own",
        "try again later",
    ),
    "externalAccountRequired": (
        "the CA gives certificates only to accounts that it knows already",
        "ask it for a key, and write: eab: { kid: …, hmacKey: '${secrets.eab}' }",
    ),
    "invalidContact": (
        "the CA does not take the address {email}",
        "change certbot.email, or write: email: none",
    ),
    "unsupportedContact": (
        "the CA does not take the address {email}",
        "change certbot.email, or write: email: none",
    ),
    "userActionRequired": (
        "the CA wants a person to agree to its terms",
        "see what it says above",
    ),
    "accountDoesNotExist": (
        "the CA does not know the account of this host any more",
        "remove its folder below {letsencrypt}/accounts",
    ),
}
DNS_MEANING = (
    "the CA did not find the TXT record of {name}",
    "check that the program of dns.authHook makes it, and waits until it can be seen",
)


def responses(log):
    """Status, headers and JSON of each answer of the CA, in their order."""
    for block in log.split("acme.client:Received response:\n")[1:]:
        head, _, rest = block.partition("\n\n")
        status, *fields = head.splitlines() or [""]
        number = re.fullmatch(r"HTTP (\d+)", status.strip())
        pairs = [field.partition(":") for field in fields]
        headers = {key.strip().lower(): value.strip() for key, _, value in pairs}
        try:
            body = json.JSONDecoder().raw_decode(rest)[0]
        except ValueError:
            body = None
        yield int(number[1]) if number else 0, headers, body if isinstance(body, dict) else {}


def ended_by_bad_nonce(log):
    """Whether the last answer of the CA was that it does not accept a nonce (RFC 8555, 6.5)."""
    last = None
    for last in responses(log):
        pass
    return last is not None and last[0] >= 400 and last[2].get("type") == ERROR + "badNonce"


def problems_in(log):
    """The problem documents, each once; those that certbot has got over only when there is no other."""
    found = {}

    def add(problem, name, headers):
        if not isinstance(problem, dict) or not str(problem.get("type", "")).startswith(ERROR):
            return
        for sub in problem.get("subproblems") or []:
            add(sub, (sub.get("identifier") or {}).get("value", name), headers)
        if problem.get("subproblems"):
            return
        kind = problem["type"][len(ERROR):]
        detail = " ".join(str(problem.get("detail", "")).split())
        end = until(headers, detail) if kind == "rateLimited" else None
        found[(kind, name, detail)] = {"kind": kind, "name": name, "detail": detail, "until": end}

    for status, headers, body in responses(log):
        if status >= 400:
            add(body, None, headers)
            continue
        name = (body.get("identifier") or {}).get("value")
        for challenge in body.get("challenges") or []:
            add(challenge.get("error"), name, headers)
        if body.get("status") == "invalid":
            add(body.get("error"), name, headers)
    every = list(found.values())
    return [problem for problem in every if problem["kind"] != "badNonce"] or every


# No CA makes anybody wait longer.
MOST_WAIT_SECONDS = 31 * 24 * 3600


def until(headers, detail):
    """When a rate limit ends, in seconds since 1970: the header (RFC 9110, 10.2.3), or Let's Encrypt's words."""
    end = end_in(headers.get("retry-after", ""), detail)
    return None if end is None else min(end, int(time.time()) + MOST_WAIT_SECONDS)


def end_in(text, detail):
    if text.isdigit():
        return int(time.time()) + int(text)
    try:
        return int(parsedate_to_datetime(text).timestamp())
    except (TypeError, ValueError, OverflowError):
        pass
    said = re.search(r"retry after (\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d)", detail)
    try:
        return int(datetime.fromisoformat(said[1]).replace(tzinfo=timezone.utc).timestamp()) if said else None
    except ValueError:
        return None


def clock(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%d %H:%M UTC")


def fill(text, values):
    for key, value in values.items():
        text = text.replace(key, value)
    return text


def explain(problems, request):
    """Lines for people, and the hint of the first."""
    lines, hints = [], []
    for problem in problems:
        kind, name = problem["kind"], problem["name"]
        if kind == "rateLimited":
            end = clock(problem["until"]) if problem["until"] else None
            what = f"the rate limit of the CA is reached{f' until {end}' if end else ''}"
            meaning = (what, f"try again after {end}" if end else "try again later")
        elif kind in ("unauthorized", "incorrectResponse") and name is None:
            meaning = ("the CA does not accept the account", "see what it says above")
        elif kind in ("unauthorized", "incorrectResponse", "dns") and request["challenge"]["kind"] == "dns":
            meaning = DNS_MEANING
        else:
            meaning = MEANING.get(kind, ("the CA refuses", "see what it says above"))
        values = {
            "{name}": name or "the host",
            "{email}": request["email"] or "none",
            "{letsencrypt}": request["letsencrypt"],
        }
        what, hint = (fill(text, values) for text in meaning)
        lines.append(f"{what}\n    the CA says ({kind}{f', {name}' if name else ''}): {problem['detail']}")
        hints.append(hint)
    return lines, hints[0] if hints else None
