"""Planted secrets: no command, log, message or stored file ever holds one."""

import os
import shutil
import subprocess

import tsflow_cli
from tsflow_cli import BUILD, FolderTest, TSFLOW

PLUGINS = BUILD / "test_plugins" / "refuse"
TOKEN = "planted-4f1c"
PASSWORD = "pl%40nted-77"
SECRETS = (TOKEN, PASSWORD, "pl@nted-77")

PIPELINE = """
[pipeline]
state_dir = "state"

[sources.bars]
type = "generator"
rows = 200

[transforms.strict]
type = "refuse"
inputs = ["bars"]
column = "volume"
multiples_of = 3
token = "{token}"
tell = "{tell}"

[sinks.text]
type = "csv"
inputs = ["strict"]
path = "out.csv"
"""


class Secrets(FolderTest):
    def setUp(self):
        super().setUp()
        self.environment = {**os.environ, "TOKEN": TOKEN,
                            "DATABASE_URL": f"postgres://user:{PASSWORD}@db.example/prices"}

    def said(self, *args):
        """All that a command prints, which must not hold a secret."""
        result = subprocess.run([TSFLOW, *map(str, args), "--plugin-dir", PLUGINS], env=self.environment,
                                capture_output=True, text=True, cwd=self.folder)
        output = result.stdout + result.stderr
        for secret in SECRETS:
            self.assertNotIn(secret, output, args)
        return result

    def check_files(self):
        for path in (self.folder / "state").rglob("*"):
            if path.is_file():
                for secret in SECRETS:
                    self.assertNotIn(secret.encode(), path.read_bytes(), path)

    def commands(self, tell, token):
        shutil.rmtree(self.folder / "state", ignore_errors=True)
        self.write("p.toml", PIPELINE.format(tell=tell, token=token))
        codes = []
        for args in (("validate", "p.toml"), ("validate", "p.toml", "--format", "json"),
                     ("validate", "p.toml", "--online"), ("graph", "p.toml"),
                     ("graph", "p.toml", "--format", "svg"), ("run", "p.toml", "--dry-run"),
                     ("run", "p.toml", "--log-level", "debug"),
                     ("run", "p.toml", "--log-level", "debug", "--log-format", "json"),
                     ("dlq", "ls", "p.toml"), ("dlq", "show", "p.toml"),
                     ("dlq", "show", "p.toml", "--format", "jsonl"),
                     ("dlq", "replay", "p.toml", "--log-level", "debug"),
                     ("dlq", "drop", "p.toml", "--yes"),
                     ("plugins", "describe", "refuse"), ("plugins", "describe", "refuse", "--json"),
                     ("plugins", "describe", "refuse", "--sample")):
            codes.append(self.said(*args).returncode)
            self.check_files()
        return codes

    def test_nobody_is_told(self):
        for token in ("${TOKEN}", "${DATABASE_URL}", TOKEN):
            self.assertEqual(self.commands("nobody", token), [0] * 16)

    def test_a_node_that_tells_everybody(self):
        for token in ("${TOKEN}", "${DATABASE_URL}", TOKEN):
            for tell in ("bind", "open", "log", "failure"):
                self.commands(tell, token)

    def test_the_message_is_told_without_the_secret(self):
        self.write("p.toml", PIPELINE.format(tell="failure", token="${TOKEN}"))
        result = self.said("run", "p.toml")
        self.assertEqual(result.returncode, 1)
        self.assertIn("error: transforms.strict: cannot log in with ***\n", result.stderr)

    def test_letters_that_hold_a_secret_are_kept_without_their_record(self):
        self.write("p.toml", PIPELINE.format(tell="letter", token="${TOKEN}"))
        self.assertEqual(self.said("run", "p.toml").returncode, 0)
        self.check_files()
        shown = self.said("dlq", "show", "p.toml").stdout
        self.assertIn("record      not kept: it holds the value of a secret option", shown)
        self.assertIn("reason      not accepted with ***", shown)
        self.assertIn('record      {"symbol":', shown)

    def test_wrong_values_beside_a_secret(self):
        text = PIPELINE.format(tell="nobody", token=TOKEN)
        for line in ('token = 5', 'tokn = "%s"' % TOKEN, 'tell = "%s"' % TOKEN[:4]):
            self.write("p.toml", text.replace('tell = "nobody"', line))
            self.assertEqual(self.said("validate", "p.toml").returncode, 78)


if __name__ == "__main__":
    tsflow_cli.main()
