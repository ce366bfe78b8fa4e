"""What the acceptance tests share: the program under test, the real data, folders of their own."""

import csv
import gzip
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("TSFLOW_BUILD_DIR", SOURCE / "build" / "release"))
TSFLOW = BUILD / "bin" / "tsflow"
DATA = pathlib.Path(os.environ.get("TSFLOW_DATA", SOURCE.parent / "shared" / "data"))
STOCKS = DATA / "us_stocks_sip"
# What a sanitizer keeps of freed memory is no memory of the program's: bounds of it hold without one.
SANITIZED = os.environ.get("TSFLOW_SANITIZED", "") != ""
SKIPPED = 77  # CTest's SKIP_RETURN_CODE

needs_data = unittest.skipUnless(
    STOCKS.is_dir(), f"the real market data is not at {DATA}; set TSFLOW_DATA to its folder")


def run(*args, check=True, **options):
    """Runs tsflow to its end; output as text."""
    result = subprocess.run([TSFLOW, *map(str, args)], capture_output=True, text=True, **options)
    if check and result.returncode != 0:
        raise AssertionError(f"tsflow {args} ended with {result.returncode}:\n{result.stderr}")
    return result


def ending_at_step(step, folder):
    """The environment of a tsflow that is killed at that step on the files of a folder; see live/step.cpp."""
    # A sanitizer's library has to stand before whatever else is preloaded.
    linked = subprocess.run(["ldd", TSFLOW], capture_output=True, text=True, check=True).stdout.split()
    libraries = [path for path in linked if path.startswith("/") and re.search(r"/lib[at]san\.", path)]
    libraries.append(str(BUILD / "tests" / "acceptance" / "live" / "step.so"))
    return os.environ | {"LD_PRELOAD": ":".join(libraries), "TSFLOW_STEP": str(step),
                         "TSFLOW_STEP_FOLDER": str(folder)}


class FolderTest(unittest.TestCase):
    """Each test has an empty folder, `self.folder`."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tsflow-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def mount_small_disk(self, folder, size):
        """A disk that is soon full at `folder`; the test is skipped where none can be mounted."""
        if os.geteuid() != 0:
            self.skipTest("mounting a small disk needs root")
        folder.mkdir(exist_ok=True)
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder],
                                 capture_output=True, check=False)
        if mounted.returncode != 0:
            self.skipTest("a small disk cannot be mounted here")
        self.addCleanup(subprocess.run, ["umount", "-l", folder], check=False)

    def fill_disk(self, folder, leave):
        """Leaves so many bytes free; returns the file that takes all others."""
        ballast = folder / "ballast"
        room = os.statvfs(folder)
        with open(ballast, "wb") as file:
            os.posix_fallocate(file.fileno(), 0, room.f_bavail * room.f_frsize - leave)
        return ballast


def flat_file_rows(folder):
    """The rows of all flat files below a folder, read by Python alone, as dictionaries of text."""
    for path in sorted(pathlib.Path(folder).rglob("*.csv.gz")):
        with gzip.open(path, "rt", newline="") as file:
            yield from csv.DictReader(file)


def main():
    """unittest.main(), but a run in which every test was skipped says so to CTest."""
    program = unittest.main(exit=False, verbosity=2)
    result = program.result
    if not result.wasSuccessful():
        sys.exit(1)
    if result.testsRun == len(result.skipped):
        for _, reason in result.skipped[:1]:
            print("skipped:", reason)
        sys.exit(SKIPPED)
