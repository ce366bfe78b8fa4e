"""splits_test.py TOOL SIMULATOR: the program as its users run it, against the simulator's REST service."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

SIMULATOR = sys.argv.pop(2)
TOOL = sys.argv.pop(1)
KEY = "s3cret-key"
MANY = 2500  # several pages of a thousand


class Splits(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def serve(self, splits, *more):
        process = subprocess.Popen([SIMULATOR, "--splits", splits, "--api_keys", KEY, *more],
                                   stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.communicate)
        self.addCleanup(process.terminate)
        return json.loads(process.stdout.readline())["rest"]

    def run_tool(self, *arguments, key=KEY):
        environment = {**os.environ, "MASSIVE_API_KEY": key}
        return subprocess.run([TOOL, *map(str, arguments)], env=environment, capture_output=True, text=True,
                              check=False, timeout=60)

    def test_all_pages_become_one_file(self):
        splits = ["TSLA:2020-08-31:5", "AAPL:2020-08-31:4", "AAPL:2014-06-09:7", "XYZ:2021-01-04:0.125"]
        splits += [f"T{number}:2019-03-04:2" for number in range(MANY)]
        url = self.serve(",".join(splits))
        out = self.folder / "splits.csv"
        out.write_text("what was there")
        result = self.run_tool("--url", url, "--out", out, "--from", "2015-01-01", "--to", "2021-01-04")
        self.assertEqual((result.returncode, result.stdout), (0, ""), result.stderr)
        self.assertEqual(result.stderr, f"{MANY + 3} splits from 2015-01-01 to 2021-01-04 are in {out}\n")
        lines = out.read_text().splitlines()
        self.assertEqual(lines[0], "ticker,ex_date,kind,value")
        self.assertEqual(set(lines[1:MANY + 1]), {f"T{number},2019-03-04,split,2" for number in range(MANY)})
        self.assertEqual(lines[MANY + 1:], ["AAPL,2020-08-31,split,4", "TSLA,2020-08-31,split,5",
                                            "XYZ,2021-01-04,split,0.125"])
        self.assertEqual(list(self.folder.iterdir()), [out])

    def test_without_a_file_they_are_printed(self):
        url = self.serve("AAPL:2020-08-31:4")
        result = self.run_tool("--url", url)
        self.assertEqual((result.returncode, result.stdout, result.stderr),
                         (0, "ticker,ex_date,kind,value\nAAPL,2020-08-31,split,4\n", ""))

    def test_a_busy_service_is_asked_again(self):
        url = self.serve("AAPL:2020-08-31:4", "--faults", "rest_error@0;status=429;count=1;retry_after=1")
        result = self.run_tool("--url", url)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("AAPL", result.stdout)
        self.assertRegex(result.stderr, "^warning: .*429.*; trying again\n$")

    def test_a_failure_leaves_the_old_file(self):
        url = self.serve("AAPL:2020-08-31:4")
        out = self.folder / "splits.csv"
        out.write_text("what was there")
        result = self.run_tool("--url", url, "--out", out, key="another-key")
        self.assertEqual(result.returncode, 1)
        self.assertIn("401", result.stderr)
        self.assertNotIn("another-key", result.stderr)
        self.assertEqual(out.read_text(), "what was there")
        result = self.run_tool("--url", url, "--out", self.folder / "missing" / "splits.csv")
        self.assertEqual(result.returncode, 1)
        self.assertIn("cannot write", result.stderr)

    def test_what_cannot_be_is_told_before_anything_is_asked(self):
        for arguments, code, words in (
                (["--from", "yesterday"], 2, "is no date"),
                (["--from", "2021-01-02", "--to", "2021-01-01"], 2, "is behind"),
                (["AAPL"], 2, "one word too many"),
                (["--api-key-file", self.folder / "none"], 1, "cannot read a key"),
                (["--url", "ftp://example.com"], 78, "ftp")):
            result = self.run_tool(*arguments)
            self.assertEqual(result.returncode, code, result.stderr)
            self.assertIn(words, result.stderr)
        result = self.run_tool(key="")
        self.assertEqual(result.returncode, 78)
        self.assertIn("MASSIVE_API_KEY", result.stderr)


if __name__ == "__main__":
    unittest.main()
