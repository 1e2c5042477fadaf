"""What more than one part uses."""

ANSWER_TIMEOUT_SECONDS = 5
# The mark of lines that people see: notice.ts.
NOTICE = {"mark": ""}
# Of an answer to a request of ours.
MOST_BYTES = 65536
