"""client.py URL EVENTS: reads and parses all bars with websockets and json; prints the seconds it took."""

import asyncio
import json
import sys
import time

import websockets


async def main(url, wanted):
    events, volume, start = 0, 0.0, 0.0
    async with websockets.connect(url, max_size=None, compression=None) as feed:
        await feed.recv()
        await feed.send('{"action":"auth","params":"k"}')
        await feed.recv()
        await feed.send('{"action":"subscribe","params":"AM.*"}')
        while events < wanted:
            for event in json.loads(await feed.recv()):
                if event["ev"] == "status":
                    continue
                if events == 0:
                    start = time.perf_counter()
                events += 1
                volume += event["v"] * event["c"]
        print(time.perf_counter() - start)
    return 0 if volume > 0 else 1


sys.exit(asyncio.run(main(sys.argv[1], int(sys.argv[2]))))
