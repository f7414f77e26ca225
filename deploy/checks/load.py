"""Sends rows to a backend from several threads until it takes no more, and writes down what it acknowledged.

    load.py URL TABLE TOKEN FILE         FILE gets one id a line

Ends when every thread was refused, which is what a backend that stops does; says how many rows were acknowledged.
"""

import http.client
import json
import sys
import threading
import urllib.error
import urllib.request

THREADS = 8
ROWS = 20


def send(url, table, token, thread, acknowledged):
    number = 0
    while True:
        ids = [(thread * 1_000_000 + number) * 100 + i for i in range(ROWS)]
        body = "\n".join(json.dumps({"id": i, "payload": f"row {i}"}) for i in ids).encode()
        request = urllib.request.Request(
            f"{url}/api/v1/tables/main/{table}/rows",
            body,
            {"Content-Type": "application/x-ndjson", "Authorization": f"Bearer {token}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                answer.read()
        except (urllib.error.URLError, http.client.HTTPException, OSError):
            return
        acknowledged.extend(ids)
        number += 1


def main(url, table, token, file):
    acknowledged = [[] for _ in range(THREADS)]
    threads = [
        threading.Thread(target=send, args=(url, table, token, n, acknowledged[n])) for n in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with open(file, "w") as out:
        for ids in acknowledged:
            out.writelines(f"{i}\n" for i in ids)
    print(sum(map(len, acknowledged)), "rows acknowledged")


if __name__ == "__main__":
    main(*sys.argv[1:])
