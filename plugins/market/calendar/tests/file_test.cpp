#include <stdlib.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "calendar/calendar.hpp"
#include "tsflow/error.hpp"

using namespace tsflow;
using namespace tsflow::market;
using Catch::Matchers::Contains;

namespace {

namespace fs = std::filesystem;

/// A calendar with these lines added, by way of a file.
Calendar with(std::string_view lines) {
    std::string name = (fs::temp_directory_path() / "calendar_XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    const fs::path folder{name};
    struct Cleaner {
        const fs::path& folder;
        ~Cleaner() { fs::remove_all(folder); }
    } cleaner{folder};
    std::ofstream(folder / "more.txt") << lines;
    return Calendar::load(folder / "more.txt");
}

std::string why(std::string_view lines) {
    try {
        with(lines);
    } catch (const Error& error) {
        return error.what();
    }
    return "nothing was thrown";
}

Date date(const char* text) {
    return parse_date(text).value();
}

Timestamp utc(const char* text) {
    return parse_timestamp(text).value();
}

}  // namespace

TEST_CASE("a file adds closures, early closes and days of trading") {
    const Calendar calendar = with(
        "# made known later\r\n"
        "\n"
        "2027-03-05 closed Mourning\r\n"
        "2027-07-02 early\n"
        "  2027-12-24 open For once\n");
    CHECK_FALSE(calendar.is_trading_day(date("2027-03-05")));
    CHECK(calendar.day(date("2027-07-02"))->early_close);
    CHECK(calendar.day(date("2027-07-02"))->regular.close == utc("2027-07-02T17:00:00Z"));
    CHECK(calendar.is_trading_day(date("2027-12-24")));
    CHECK_FALSE(calendar.day(date("2027-12-24"))->early_close);
    // The rest is as it is built in.
    CHECK_FALSE(calendar.is_trading_day(date("2025-01-09")));
    CHECK(Calendar::us_equities().is_trading_day(date("2027-03-05")));
}

TEST_CASE("a night session is two more lines") {
    const Calendar calendar = with(
        "2026-12-07 hours overnight 21:00-04:00 pre 04:00-09:30 regular 09:30-16:00 post "
        "16:00-20:00\n"
        "2026-12-07 early_hours overnight 21:00-04:00 pre 04:00-09:30 regular 09:30-13:00 post "
        "13:00-17:00\n");
    const auto at = [&](const char* text) { return calendar.at(utc(text)); };
    const Date monday = date("2026-12-07");
    CHECK(calendar.day(date("2026-12-04"))->overnight.empty());
    // Sunday 21:00 New York begins Monday's trade date, and 20:00 ends it.
    CHECK(at("2026-12-07T01:59:59Z") == Moment{monday, Session::closed, -1});
    CHECK(at("2026-12-07T02:00:00Z") == Moment{monday, Session::overnight, 0});
    CHECK(at("2026-12-07T08:59:00Z") == Moment{monday, Session::overnight, 419});
    CHECK(at("2026-12-07T09:00:00Z") == Moment{monday, Session::pre, 0});
    CHECK(at("2026-12-08T00:59:00Z") == Moment{monday, Session::post, 239});
    CHECK(at("2026-12-08T01:00:00Z") == Moment{date("2026-12-08"), Session::closed, -1});
    CHECK(at("2026-12-08T02:00:00Z") == Moment{date("2026-12-08"), Session::overnight, 0});
    // Christmas on a Friday: its evening before has no session, Sunday's has.
    CHECK(at("2026-12-25T03:00:00Z") == Moment{date("2026-12-28"), Session::closed, -1});
    CHECK(at("2026-12-28T03:00:00Z") == Moment{date("2026-12-28"), Session::overnight, 60});
    CHECK(calendar.day(date("2026-12-24"))->whole.open == utc("2026-12-24T02:00:00Z"));
    CHECK(calendar.day(date("2026-12-24"))->whole.close == utc("2026-12-24T22:00:00Z"));
}

TEST_CASE("whatever is wrong with a calendar file is told with file and line") {
    CHECK_THAT(why("2027-01-04 closed\ntomorrow closed\n"),
               Contains("more.txt:2: a line starts with a day such as 2025-01-09"));
    CHECK_THAT(why("2027-01-04 close\n"), Contains("more.txt:1: after the day stands closed") &&
                                              Contains("not 'close'; did you mean 'closed'?"));
    CHECK_THAT(why("2050-01-04 closed\n"), Contains("covers 1998-01-01 to 2037-12-31, without"));
    CHECK_THAT(why("2027-01-04 hours pre 04:00-09:30\n"),
               Contains("more.txt:1: there is no session 'regular'"));
    CHECK_THAT(why("2027-01-04 hours regular 9:30-16:00\n"),
               Contains("'9:30-16:00' is no span of time such as 09:30-16:00"));
    CHECK_THAT(why("2027-01-04 hours regular\n"), Contains("'' is no span of time"));
    CHECK_THAT(why("2027-01-04 hours regular 09:60-16:00\n"), Contains("is no span of time"));
    CHECK_THAT(why("2027-01-04 hours regular 09:30-24:30\n"), Contains("is no span of time"));
    CHECK_THAT(why("2027-01-04 hours lunch 12:00-13:00\n"), Contains("'lunch' is no session"));
    CHECK_THAT(why("2027-01-04 hours regular 09:30-16:00 pre 04:00-09:30\n"),
               Contains("the session 'pre' opens before the one in front of it has closed"));
    CHECK_THAT(why("2027-01-04 hours regular 09:30-16:00 regular 17:00-18:00\n"),
               Contains("the session 'regular' opens before"));
    CHECK_THAT(why("2027-01-04 hours overnight 19:00-04:00 regular 09:30-16:00 post 16:00-20:00\n"),
               Contains("the sessions of 2027-01-05 open before those of the trading day before"));
    CHECK_THROWS_WITH(Calendar::load("/nowhere/calendar.txt"),
                      Contains("the calendar file '/nowhere/calendar.txt' cannot be read"));
    CHECK_THROWS_WITH(Calendar::load(fs::temp_directory_path()), Contains("cannot be read"));
}
