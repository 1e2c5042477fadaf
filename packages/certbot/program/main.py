action, words = sys.argv[1], sys.argv[2:]
spec = json.load(sys.stdin)
os.makedirs(STATE, mode=0o700, exist_ok=True)
# Of a run that was killed: a key is in it.
for rest in glob.glob(STATE + "/eab-*"):
    os.unlink(rest)
if action == "renew":
    renew(spec, "dry-run" in words)
else:
    {"issue": issue, "revoke": revoke, "served": served}[action](spec, *words)
