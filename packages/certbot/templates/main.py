action, words = sys.argv[1], sys.argv[2:]
spec = json.load(sys.stdin)
os.makedirs(STATE, mode=0o700, exist_ok=True)
if action == "renew":
    renew(spec, "dry-run" in words)
else:
    {"issue": issue, "revoke": revoke, "served": served}[action](spec, *words)
