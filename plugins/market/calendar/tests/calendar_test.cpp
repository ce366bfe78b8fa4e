#include <catch2/catch.hpp>
#include <chrono>

#include "calendar/calendar.hpp"
#include "tsflow/error.hpp"

using namespace tsflow;
using namespace tsflow::market;
using namespace std::chrono_literals;
using Catch::Matchers::Contains;

namespace {

Date date(const char* text) {
    const auto parsed = parse_date(text);
    REQUIRE(parsed);
    return *parsed;
}

Timestamp utc(const char* text) {
    const auto parsed = parse_timestamp(text);
    REQUIRE(parsed);
    return *parsed;
}

const Calendar& us = Calendar::us_equities();

std::vector<std::string> early_closes(const char* from, const char* to) {
    std::vector<std::string> found;
    for (const Date day : us.trading_days(date(from), date(to))) {
        if (us.day(day)->early_close) {
            found.push_back(format_date(day));
        }
    }
    return found;
}

std::vector<std::string> closed_weekdays(const char* from, const char* to) {
    std::vector<std::string> found;
    for (Date day = date(from); day <= date(to); day += Date::duration{1}) {
        const auto of_week = std::chrono::weekday{std::chrono::sys_days{day}}.iso_encoding();
        if (of_week <= 5 && !us.is_trading_day(day)) {
            found.push_back(format_date(day));
        }
    }
    return found;
}

using Days = std::vector<std::string>;

}  // namespace

TEST_CASE("the exchanges were closed on these days for one occasion") {
    for (const char* day : {"2001-09-11", "2001-09-12", "2001-09-13", "2001-09-14", "2004-06-11",
                            "2007-01-02", "2012-10-29", "2012-10-30", "2018-12-05", "2025-01-09"}) {
        CAPTURE(day);
        CHECK_FALSE(us.is_trading_day(date(day)));
        CHECK_FALSE(us.day(date(day)));
    }
    CHECK(us.is_trading_day(date("2001-09-10")));
    CHECK(us.is_trading_day(date("2001-09-17")));
    CHECK(us.is_trading_day(date("2025-01-10")));
}

TEST_CASE("the exchanges closed early on these days") {
    CHECK(early_closes("1999-01-01", "1999-12-31") == Days{"1999-11-26", "1999-12-31"});
    // July 4 on a Thursday: until 2012 the Friday after was short, since then the Wednesday before.
    CHECK(early_closes("2002-01-01", "2002-12-31") ==
          Days{"2002-07-05", "2002-11-29", "2002-12-24"});
    CHECK(early_closes("2003-01-01", "2003-12-31") ==
          Days{"2003-07-03", "2003-11-28", "2003-12-24", "2003-12-26"});
    CHECK(early_closes("2012-01-01", "2012-12-31") ==
          Days{"2012-07-03", "2012-11-23", "2012-12-24"});
    CHECK(early_closes("2013-01-01", "2013-12-31") ==
          Days{"2013-07-03", "2013-11-29", "2013-12-24"});
    CHECK(early_closes("2019-01-01", "2019-12-31") ==
          Days{"2019-07-03", "2019-11-29", "2019-12-24"});
    CHECK(early_closes("2023-01-01", "2023-12-31") == Days{"2023-07-03", "2023-11-24"});
    CHECK(early_closes("2024-01-01", "2024-12-31") ==
          Days{"2024-07-03", "2024-11-29", "2024-12-24"});
    CHECK(early_closes("2025-01-01", "2025-12-31") ==
          Days{"2025-07-03", "2025-11-28", "2025-12-24"});
    CHECK(early_closes("2026-01-01", "2026-12-31") == Days{"2026-11-27", "2026-12-24"});
    CHECK(early_closes("2027-01-01", "2027-12-31") == Days{"2027-11-26"});
    CHECK(early_closes("2028-01-01", "2028-12-31") == Days{"2028-07-03", "2028-11-24"});
}

TEST_CASE("holidays of whole years, worked by hand") {
    // Before Juneteenth; Christmas 2021 is on a Saturday, and New Year 2022 too, which nobody observed.
    CHECK(closed_weekdays("2021-01-01", "2022-01-07") ==
          Days{"2021-01-01", "2021-01-18", "2021-02-15", "2021-04-02", "2021-05-31", "2021-07-05",
               "2021-09-06", "2021-11-25", "2021-12-24"});
    // New Year 2023 and Christmas 2022 on Sundays; Juneteenth 2022 on a Sunday.
    CHECK(closed_weekdays("2022-01-01", "2023-01-07") ==
          Days{"2022-01-17", "2022-02-21", "2022-04-15", "2022-05-30", "2022-06-20", "2022-07-04",
               "2022-09-05", "2022-11-24", "2022-12-26", "2023-01-02"});
    CHECK(closed_weekdays("2026-01-01", "2026-12-31") ==
          Days{"2026-01-01", "2026-01-19", "2026-02-16", "2026-04-03", "2026-05-25", "2026-06-19",
               "2026-07-03", "2026-09-07", "2026-11-26", "2026-12-25"});
    // Juneteenth 2027 on a Saturday, Independence Day on a Sunday, Christmas on a Saturday.
    CHECK(closed_weekdays("2027-01-01", "2028-01-07") ==
          Days{"2027-01-01", "2027-01-18", "2027-02-15", "2027-03-26", "2027-05-31", "2027-06-18",
               "2027-07-05", "2027-09-06", "2027-11-25", "2027-12-24"});
}

TEST_CASE("each year had as many trading days as it had") {
    constexpr int first_year = 1998;
    constexpr std::size_t counts[] = {252, 252, 252, 248, 252, 252, 252, 252, 251, 251,
                                      253, 252, 252, 252, 250, 252, 252, 252, 252, 251,
                                      251, 252, 253, 252, 251, 250, 252, 250};
    for (std::size_t i = 0; i < std::size(counts); ++i) {
        const std::string year = std::to_string(first_year + static_cast<int>(i));
        CAPTURE(year);
        CHECK(us.trading_days(date((year + "-01-01").c_str()), date((year + "-12-31").c_str()))
                  .size() == counts[i]);
    }
}

TEST_CASE("the sessions of a day, in winter and in summer") {
    const auto winter = us.day(date("2024-01-16"));
    REQUIRE(winter);
    CHECK_FALSE(winter->early_close);
    CHECK(winter->overnight.empty());
    CHECK(winter->pre.open == utc("2024-01-16T09:00:00Z"));
    CHECK(winter->pre.close == utc("2024-01-16T14:30:00Z"));
    CHECK(winter->regular.open == utc("2024-01-16T14:30:00Z"));
    CHECK(winter->regular.close == utc("2024-01-16T21:00:00Z"));
    CHECK(winter->post.open == utc("2024-01-16T21:00:00Z"));
    CHECK(winter->post.close == utc("2024-01-17T01:00:00Z"));
    CHECK(winter->whole.open == winter->pre.open);
    CHECK(winter->whole.close == winter->post.close);

    const auto summer = us.day(date("2024-07-02"));
    REQUIRE(summer);
    CHECK(summer->regular.open == utc("2024-07-02T13:30:00Z"));
    CHECK(summer->post.close == utc("2024-07-03T00:00:00Z"));

    const auto early = us.day(date("2024-07-03"));
    REQUIRE(early);
    CHECK(early->early_close);
    CHECK(early->regular.close == utc("2024-07-03T17:00:00Z"));
    CHECK(early->post.open == utc("2024-07-03T17:00:00Z"));
    CHECK(early->post.close == utc("2024-07-03T21:00:00Z"));
}

TEST_CASE("the clock is put forward and back on the days of law") {
    const auto opens = [](const char* day) { return us.day(date(day))->regular.open; };
    // 2007 moved the changes to the second Sunday of March and the first of November.
    CHECK(opens("2006-03-31") == utc("2006-03-31T14:30:00Z"));
    CHECK(opens("2006-04-03") == utc("2006-04-03T13:30:00Z"));
    CHECK(opens("2011-03-11") == utc("2011-03-11T14:30:00Z"));
    CHECK(opens("2011-03-14") == utc("2011-03-14T13:30:00Z"));
    CHECK(opens("2011-11-04") == utc("2011-11-04T13:30:00Z"));
    CHECK(opens("2011-11-07") == utc("2011-11-07T14:30:00Z"));
    // As far as the calendar goes, by the law of today.
    CHECK(opens("2037-03-06") == utc("2037-03-06T14:30:00Z"));
    CHECK(opens("2037-03-09") == utc("2037-03-09T13:30:00Z"));
    CHECK(opens("2037-10-30") == utc("2037-10-30T13:30:00Z"));
    CHECK(opens("2037-11-02") == utc("2037-11-02T14:30:00Z"));
}

TEST_CASE("a moment has a trade date, a session and a minute") {
    const Date day = date("2024-01-16");  // the Tuesday after Martin Luther King Day
    const auto at = [](const char* text) { return us.at(utc(text)); };
    CHECK(at("2024-01-16T08:59:59Z") == Moment{day, Session::closed, -1});
    CHECK(at("2024-01-16T09:00:00Z") == Moment{day, Session::pre, 0});
    CHECK(at("2024-01-16T14:29:59.999Z") == Moment{day, Session::pre, 329});
    CHECK(at("2024-01-16T14:30:00Z") == Moment{day, Session::regular, 0});
    CHECK(at("2024-01-16T20:59:00Z") == Moment{day, Session::regular, 389});
    CHECK(at("2024-01-16T21:00:00Z") == Moment{day, Session::post, 0});
    CHECK(at("2024-01-17T00:59:59Z") == Moment{day, Session::post, 239});

    // What follows the last close belongs to the next trading day, over weekends and holidays too.
    CHECK(at("2024-01-17T01:00:00Z") == Moment{date("2024-01-17"), Session::closed, -1});
    CHECK(at("2024-01-13T00:59:59Z") == Moment{date("2024-01-12"), Session::post, 239});
    CHECK(at("2024-01-13T01:00:00Z") == Moment{day, Session::closed, -1});
    CHECK(at("2024-01-15T15:00:00Z") == Moment{day, Session::closed, -1});
    CHECK(us.trade_date(utc("2024-01-14T12:00:00Z")) == day);

    // 210 minutes of regular trading, and the post session is over at 17:00.
    const Date early = date("2024-07-03");
    CHECK(at("2024-07-03T16:59:00Z") == Moment{early, Session::regular, 209});
    CHECK(at("2024-07-03T17:00:00Z") == Moment{early, Session::post, 0});
    CHECK(at("2024-07-03T21:00:00Z") == Moment{date("2024-07-05"), Session::closed, -1});
}

TEST_CASE("every minute is in the session that holds it") {
    for (const char* text :
         {"2024-03-08", "2024-03-11", "2024-11-01", "2024-11-04", "2024-11-29"}) {
        const auto day = us.day(date(text));
        REQUIRE(day);
        std::size_t wrong = 0;
        for (Timestamp t = day->whole.open; t < day->whole.close; t += 1min) {
            const Moment moment = us.at(t);
            const SessionSpan& span = moment.session == Session::pre       ? day->pre
                                      : moment.session == Session::regular ? day->regular
                                                                           : day->post;
            wrong += moment.trade_date == day->date && span.holds(t) &&
                             t == span.open + std::chrono::minutes{moment.minute_of_session}
                         ? 0
                         : 1;
        }
        CHECK(wrong == 0);
        CHECK(day->whole.close - day->whole.open == (day->early_close ? 13h : 16h));
    }
}

TEST_CASE("trading days before, after and between") {
    CHECK(us.next_trading_day(date("2024-12-24")) == date("2024-12-26"));
    CHECK(us.next_trading_day(date("2024-12-25")) == date("2024-12-26"));
    CHECK(us.previous_trading_day(date("2024-12-26")) == date("2024-12-24"));
    CHECK(us.previous_trading_day(date("2024-12-29")) == date("2024-12-27"));
    CHECK(us.trading_days(date("2001-09-10"), date("2001-09-18")) ==
          std::vector<Date>{date("2001-09-10"), date("2001-09-17"), date("2001-09-18")});
    CHECK(us.trading_days(date("2024-12-25"), date("2024-12-25")).empty());
    CHECK(us.trading_days(date("2024-12-27"), date("2024-12-26")).empty());
}

TEST_CASE("a question outside of what is covered is answered with what is covered") {
    const char* covered = "covers the trading days from 1998-01-01 to 2037-12-31, and ";
    CHECK_THROWS_WITH(us.is_trading_day(date("1997-12-31")),
                      Contains(covered) && Contains("1997-12-31 is outside"));
    CHECK_THROWS_WITH(us.day(date("2038-01-04")), Contains("2038-01-04 is outside"));
    CHECK_THROWS_WITH(us.at(utc("1997-12-31T23:59:59Z")), Contains("1997-12-31T23:59:59Z is out"));
    CHECK_THROWS_WITH(us.at(utc("2038-01-01T01:00:00Z")), Contains("2038-01-01T01:00:00Z is out"));
    CHECK_THROWS_WITH(us.trade_date(utc("2200-01-01")), Contains("2200-01-01T00:00:00Z is outsid"));
    CHECK_THROWS_WITH(us.next_trading_day(date("2037-12-31")),
                      Contains("the trading day after 2037-12-31 is outside"));
    CHECK_THROWS_WITH(us.previous_trading_day(date("1998-01-02")),
                      Contains("the trading day before 1998-01-02 is outside"));
    CHECK_THROWS_AS(us.trading_days(date("1990-01-01"), date("1999-01-01")), Error);
    CHECK(us.trade_date(utc("1998-01-01T00:00:00Z")) == date("1998-01-02"));
    CHECK(us.at(utc("2038-01-01T00:59:59Z")).trade_date == date("2037-12-31"));
}
