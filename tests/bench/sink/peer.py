"""peer.py FEED DATABASE BARS: stores the feed's minute bars as a plain program would: json.loads, COPY to a
staging table in batches of 10,000, INSERT ON CONFLICT."""

import asyncio
import datetime
import json
import sys

import psycopg
import websockets

BATCH = 10_000
UTC = datetime.timezone.utc


def store(database, rows):
    with database.cursor() as cursor:
        with cursor.copy("COPY staging FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute("INSERT INTO feed SELECT * FROM staging ON CONFLICT (symbol, timestamp) DO UPDATE SET "
                       "open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close, "
                       "volume = excluded.volume")
    database.commit()


async def main(url, database_url, wanted):
    database = psycopg.connect(database_url)
    database.execute("CREATE TEMP TABLE staging (LIKE feed) ON COMMIT DELETE ROWS")
    database.commit()
    stored, rows = 0, []
    async with websockets.connect(url, max_size=None, compression=None) as feed:
        await feed.recv()
        await feed.send('{"action":"auth","params":"k"}')
        await feed.recv()
        await feed.send('{"action":"subscribe","params":"AM.*"}')
        while stored < wanted:
            for event in json.loads(await feed.recv()):
                if event["ev"] == "AM":
                    rows.append((event["sym"], datetime.datetime.fromtimestamp(event["s"] / 1000, UTC),
                                 event["o"], event["h"], event["l"], event["c"], event["v"]))
            if len(rows) >= BATCH or stored + len(rows) >= wanted:
                store(database, rows)
                stored += len(rows)
                rows = []


asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
