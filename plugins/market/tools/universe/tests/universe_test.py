"""universe_test.py TOOL: the program as its users run it. SQLite's own module is the oracle."""

import json
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import unittest

TOOL = sys.argv.pop(1)


def run(*args):
    return subprocess.run([TOOL, *map(str, args)], capture_output=True, text=True, check=False)


class UniverseTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.reference = f"sqlite:{self.folder}/reference.sqlite"

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def test_the_shipped_groups_are_listed(self):
        result = run("list")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        lines = result.stdout.splitlines()
        self.assertRegex(lines[0], r"^NAME +TYPE +MEMBERS +DESCRIPTION$")
        self.assertTrue(any(line.split()[:3] == ["dow30", "UNIVERSE", "30"] for line in lines))
        groups = json.loads(run("list", "--format", "json").stdout)
        self.assertEqual(len(groups), len(lines) - 1)
        self.assertEqual(sum(group["type"] == "SECTOR" for group in groups), 11)

    def test_a_key_is_shown_one_symbol_a_line(self):
        folder = self.write("members.csv", "group,symbol\na,NA\na,BRK.B\nb,AAPL\n").parent
        result = run("show", "a:b", "--reference", f"csv:{folder}")
        self.assertEqual(result.stdout, "AAPL\nBRK.B\nNA\n")
        shown = json.loads(run("show", "a:c", f"--reference=csv:{folder}", "--format=json").stdout)
        self.assertEqual(shown, {"key": "a:c", "symbols": ["BRK.B", "NA"], "unknown": ["c"]})

    def test_an_unknown_part_is_told_and_an_unknown_key_fails(self):
        result = run("show", "dow30:nasdaq10")
        self.assertEqual(result.returncode, 0)
        self.assertEqual(
            result.stderr, "warning: there is no group 'nasdaq10'; did you mean 'nasdaq100'?\n")
        result = run("show", "qwertyuiop")
        self.assertEqual((result.returncode, result.stdout), (1, ""))
        self.assertIn("`tsflow universe list` shows all", result.stderr)

    def test_import_makes_a_database(self):
        file = self.write(
            "list.csv", "group,type,symbol,weight\nmine,universe,MSFT,0.5\nmine,UNIVERSE,NA,\n"
            "mine,UNIVERSE,MSFT,0.7\n")
        result = run("import", file, "--reference", self.reference)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(
            result.stdout,
            "groups: 1, 1 of them new; members: 2 added, 0 there already, 0 removed\n")
        self.assertEqual(
            result.stderr,
            f"warning: {file}:4: MSFT is in 'mine' since line 2; this row is left out\n")
        with sqlite3.connect(self.folder / "reference.sqlite") as database:
            rows = database.execute(
                "SELECT g.name, g.type, g.environment, m.symbol, m.weight FROM definition_groups g "
                "JOIN group_memberships m ON m.group_id = g.id ORDER BY m.symbol").fetchall()
        database.close()
        self.assertEqual(rows, [("mine", "UNIVERSE", "DEFAULT", "MSFT", 0.5),
                                ("mine", "UNIVERSE", "DEFAULT", "NA", None)])
        file.write_text("group,symbol\nmine,IBM\n")
        result = run("import", file, "--reference", self.reference, "--replace", "--format", "json")
        self.assertEqual(json.loads(result.stdout), {
            "groups": 1, "made": 0, "added": 1, "kept": 0, "removed": 2, "duplicates": 0})
        self.assertEqual(run("show", "mine", "--reference", self.reference).stdout, "IBM\n")

    def test_what_fails_is_told_and_exits_with_1(self):
        file = self.write("list.csv", "group,symbol\nmine,\n")
        result = run("import", file, "--reference", self.reference)
        self.assertEqual((result.returncode, result.stdout), (1, ""))
        self.assertEqual(result.stderr, f"error: {file}:2: the symbol is empty\n")
        self.assertFalse((self.folder / "reference.sqlite").exists())
        result = run("list", "--reference", "mysql://h")
        self.assertEqual(result.returncode, 1)
        self.assertIn("error: the reference 'mysql://h' is none of", result.stderr)

    def test_a_wrong_command_line_exits_with_2(self):
        for args, message in [
                ([], "the command is missing"),
                (["lst"], "there is no command 'lst'; did you mean 'list'?"),
                (["show"], "the KEY is missing"),
                (["list", "x"], "'x' is one word too many"),
                (["list", "--format", "xml"], "'xml' is none of text|json"),
                (["list", "--referenc", "x"], "did you mean '--reference'?"),
                (["import", "x.csv"], "the option '--reference' is missing")]:
            with self.subTest(args=args):
                result = run(*args)
                self.assertEqual((result.returncode, result.stdout), (2, ""))
                self.assertIn(message, result.stderr)
                self.assertIn("`tsflow universe --help`", result.stderr)

    def test_help(self):
        result = run("--help")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertIn("Usage: tsflow universe list", result.stdout)


unittest.main()
