import os

bind = f"127.0.0.1:{os.environ['PORT']}"
workers = 2
# Requests that run when the process is stopped may end. Less than stopSeconds of the process, 20.
graceful_timeout = 15
