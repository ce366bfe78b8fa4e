"""The way to the database over TLS: who is trusted and who is not, by libpq's sslmode and its certificates."""

import pathlib
import subprocess
import tempfile

import postgres_cli
import tsflow_cli
from tsflow_cli import FolderTest, run

PIPELINE = """
[sources.made]
type = "generator"
rows = 500

[sinks.bars]
type = "timescale"
inputs = ["made"]
url = "{url}"
table = "bars"
"""


def openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)


class Tls(FolderTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.certificates = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        for name in ("right", "wrong"):
            cls.make_authority(name)
        cls.make_certificate("server", "/CN=localhost", "subjectAltName=DNS:localhost")
        cls.make_certificate("client", "/CN=tsflow", "extendedKeyUsage=clientAuth")
        cls.server = postgres_cli.Server("tls", cls.certificates)
        cls.addClassCleanup(cls.server.close)
        cls.port = cls.server.query("SHOW port")[0][0]

    @classmethod
    def make_authority(cls, name):
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", 2,
                "-subj", f"/CN={name} authority", "-keyout", cls.certificates / f"{name}.key",
                "-out", cls.certificates / f"{name}.crt")

    @classmethod
    def make_certificate(cls, name, subject, extension):
        files = {end: cls.certificates / f"{name}.{end}" for end in ("key", "csr", "crt", "ext")}
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", subject,
                "-keyout", files["key"], "-out", files["csr"])
        files["ext"].write_text(extension)
        openssl("x509", "-req", "-in", files["csr"], "-CA", cls.certificates / "right.crt", "-CAkey",
                cls.certificates / "right.key", "-CAcreateserial", "-days", 2, "-extfile", files["ext"],
                "-out", files["crt"])
        files["key"].chmod(0o600)

    def tsflow(self, command="run", host="localhost", user="tsflow", **parameters):
        query = "&".join(f"{key}={value}" for key, value in parameters.items())
        url = f"postgresql://{user}@{host}:{self.port}/test?{query}"
        return run(command, self.write("tls.toml", PIPELINE.format(url=url)), check=False, timeout=60,
                   *(["--online"] if command == "validate" else []))

    def authority(self, name):
        return self.certificates / f"{name}.crt"

    def assert_refused(self, words, **parameters):
        """At once, and not as something that may pass."""
        for command in ("run", "validate"):
            result = self.tsflow(command, **parameters)
            self.assertIn(result.returncode, (1, 78), result.stderr)
            self.assertIn(words, result.stderr)
            self.assertIn(f"PostgreSQL database 'test' at {parameters.get('host', 'localhost')}", result.stderr)

    def test_the_right_authority_is_trusted(self):
        for mode in ("verify-full", "verify-ca", "require"):
            self.server.query("DROP TABLE IF EXISTS public.bars; DROP SCHEMA IF EXISTS tsflow CASCADE")
            result = self.tsflow(sslmode=mode, sslrootcert=self.authority("right"))
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual(self.server.query("SELECT count(*) FROM public.bars"), [["500"]])

    def test_another_authority_is_not(self):
        self.assert_refused("certificate verify failed", sslmode="verify-full",
                            sslrootcert=self.authority("wrong"))

    def test_another_host_is_not(self):
        self.assert_refused('does not match host name "127.0.0.1"', host="127.0.0.1", sslmode="verify-full", sslrootcert=self.authority("right"))

    def test_an_authority_that_is_missing_is_named(self):
        self.assert_refused("nowhere.crt", sslmode="verify-full", sslrootcert="/nowhere.crt")

    def test_a_server_that_wants_tls_refuses_to_go_without(self):
        self.assert_refused("no encryption", sslmode="disable")

    def test_a_client_is_known_by_its_certificate(self):
        trusted = {"sslmode": "verify-full", "sslrootcert": self.authority("right")}
        self.server.query("DROP ROLE IF EXISTS by_certificate; CREATE ROLE by_certificate LOGIN SUPERUSER")
        self.assert_refused("certificate", user="by_certificate", **trusted)
        own = {"sslcert": self.certificates / "client.crt", "sslkey": self.certificates / "client.key"}
        # It says who one is, and that is tsflow.
        self.assert_refused("certificate authentication failed", user="by_certificate", **trusted, **own)
        result = self.tsflow("validate", **trusted, **own)
        self.assertEqual(result.returncode, 0, result.stderr)


if __name__ == "__main__":
    tsflow_cli.main()
