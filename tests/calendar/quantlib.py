"""quantlib.py DAYS: compares the trading days in the file DAYS with QuantLib's calendar of the NYSE."""

import datetime
import sys

import QuantLib

# What QuantLib takes for a trading day and was none.
MISTAKES = {
    # Mourning for President Carter: after the release of 1.29, which Debian 12 has.
    "2025-01-09",
}


def main():
    with open(sys.argv[1]) as file:
        ours = {line.split()[0] for line in file}
    calendar = QuantLib.UnitedStates(QuantLib.UnitedStates.NYSE)
    day, last = datetime.date(1998, 1, 1), datetime.date(2037, 12, 31)
    theirs = set()
    while day <= last:
        if calendar.isBusinessDay(QuantLib.Date(day.day, day.month, day.year)):
            theirs.add(day.isoformat())
        day += datetime.timedelta(days=1)

    only_ours = sorted(ours - theirs)
    only_theirs = sorted(theirs - ours - MISTAKES)
    print(f"QuantLib {QuantLib.__version__}: {len(theirs)} trading days, ours {len(ours)}")
    if only_ours or only_theirs:
        sys.exit(f"trading days of ours alone: {only_ours}\nof QuantLib alone: {only_theirs}")


main()
