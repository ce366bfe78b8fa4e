"""A PostgreSQL server of a test's own, through tests/postgres/start.sh."""

import os
import subprocess
import unittest

from tsflow_cli import SKIPPED, SOURCE

START = SOURCE / "tests" / "postgres" / "start.sh"


class Server:
    """Ends with close(), or with this process at the latest."""

    def __init__(self, *kind, **environment):
        """`kind`: arguments of start.sh."""
        self.process = subprocess.Popen([START, *kind], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, env=dict(os.environ, **environment))
        self.url = self.process.stdout.readline().strip()
        if not self.url:
            if self.process.wait() == SKIPPED:
                raise unittest.SkipTest("PostgreSQL is not installed (Debian: postgresql-15)")
            raise RuntimeError("tests/postgres/start.sh failed")

    def command(self, name):
        self.process.stdin.write(name + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == "done\n"

    def crash(self):
        """kill -9 of the server and all its backends."""
        self.command("kill")

    def start(self):
        self.command("start")

    def query(self, sql, database=None):
        """The rows of one statement or several, as lists of text."""
        url = self.url if database is None else self.url.replace("/test?", f"/{database}?")
        result = subprocess.run(
            ["psql", "-X", "-q", "-A", "-t", "-F", "\t", "-v", "ON_ERROR_STOP=1", url, "-c", sql],
            capture_output=True, text=True)
        if result.returncode != 0:
            raise AssertionError(f"{sql}: {result.stderr}")
        return [line.split("\t") for line in result.stdout.splitlines()]

    def close(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
