#include "rows/health.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "massive/records.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using namespace tsflow::massive;
using namespace std::chrono_literals;
using market::massive::Aggregate;
using market::massive::Trade;

namespace {

Timestamp at(std::string_view text) {
    return *parse_timestamp(text);
}

/// One row of `Record`, received at a time.
template <class Record>
Batch row(const char* ticker, Timestamp time, Timestamp received, const char* connection) {
    BatchBuilder builder(schema_of<Record>());
    Record record;
    record.symbol = Symbol::intern(ticker);
    record.timestamp = time;
    record.received = received;
    record.connection = Symbol::intern(connection);
    append(builder, record);
    return builder.finish();
}

struct Rig {
    std::vector<HealthRow> report(Timestamp now) {
        std::vector<ConnectionStatus> status(2);
        status[0].state = SessionState::streaming;
        status[0].messages = 7;
        status[0].reconnects = 2;
        status[0].last_message = at("2024-03-04T14:00:00Z");
        status[0].assigned = 3;
        health.report(status, {{"HE.A", "HE.B", "HE.C"}, {}}, now);
        const Batch batch = health.rows().finish();
        std::vector<HealthRow> all;
        for (const HealthRow& one : rows<HealthRow>(batch)) {
            all.push_back(one);
        }
        return all;
    }
    std::int64_t silent(std::string_view now) { return report(at(now))[0].silent; }

    testing::TestContext context;
    Health health{{"he0", "he1"}, context};
};

}  // namespace

TEST_CASE("Tickers that nothing comes of are counted while the market is open, never at night") {
    Rig rig;
    rig.health.received(
        row<Aggregate>("HE.A", at("2024-03-04T14:58:00Z"), at("2024-03-04T14:59:00.2Z"), "he0"),
        1min);
    rig.health.received(
        row<Trade>("HE.B", at("2024-03-04T14:52:00Z"), at("2024-03-04T14:52:00.1Z"), "he0"), 0s);
    CHECK(rig.silent("2024-03-04T15:00:00Z") == 2);  // HE.B for eight minutes, HE.C always
    CHECK(rig.silent("2024-03-04T15:04:01Z") == 3);  // HE.A for more than five by now
    CHECK(rig.silent("2024-03-04T14:32:00Z") == 0);  // the session has only begun
    CHECK(rig.silent("2024-03-05T03:00:00Z") == 0);  // night
    CHECK(rig.silent("2024-03-04T21:30:00Z") == 0);  // behind the close, at 21:00
    CHECK(rig.silent("2024-03-09T15:00:00Z") == 0);  // a Saturday
    CHECK(rig.silent("2024-12-25T16:00:00Z") == 0);  // Christmas
    CHECK(rig.silent("2024-11-29T17:30:00Z") == 3);  // a half day, which ends at 18:00
    CHECK(rig.silent("2024-11-29T18:30:00Z") == 0);
    CHECK(rig.silent("2024-03-11T13:40:00Z") == 3);  // summer time: open from 13:30
}

TEST_CASE("The lag is that of the rows since the last report, behind the end of their windows") {
    Rig rig;
    const Timestamp start = at("2024-03-04T14:58:00Z");
    for (int i = 1; i <= 100; ++i) {  // 10 ms, 20 ms … 1 s behind the minute's end
        rig.health.received(row<Aggregate>("HE.A", start, start + 1min + 10ms * i, "he0"), 1min);
    }
    rig.health.received(row<Trade>("HE.A", start, start + 3ms, "he1"), 0s);
    rig.health.received(row<Trade>("HE.A", start, start + 1h, "rest"), 0s);  // was asked for
    std::vector<HealthRow> rows = rig.report(start + 2min);
    CHECK(rows[0].lag_p50 == 500'000'000);
    CHECK(rows[0].lag_p99 == 990'000'000);
    CHECK(rows[1].lag_p50 == 3'000'000);
    CHECK(rows[1].lag_p99 == 3'000'000);
    CHECK(rig.context.gauge("he0.lag_p50_ns").value() == 500'000'000);
    CHECK(rig.context.gauge("he0.lag_p99_ns").value() == 990'000'000);
    CHECK_FALSE(rig.report(start + 2min)[0].lag_p50);
}

TEST_CASE("Each connection has a row and metrics of its own") {
    Rig rig;
    rig.health.events(0, 40);
    const std::vector<HealthRow> rows = rig.report(at("2024-03-04T14:00:01Z"));
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].connection == Symbol::intern("he0"));
    CHECK(rows[0].state == Symbol::intern("streaming"));
    CHECK(rows[0].messages == 7);
    CHECK(rows[0].events == 40);
    CHECK(rows[0].reconnects == 2);
    CHECK(rows[0].assigned == 3);
    CHECK(rows[0].last_message == at("2024-03-04T14:00:00Z"));
    CHECK(rows[1].state == Symbol::intern("idle"));
    CHECK_FALSE(rows[1].last_message);
    CHECK(rig.context.gauge("he0.up").value() == 1);
    CHECK(rig.context.gauge("he1.up").value() == 0);
    CHECK(rig.context.counter("he0.events").value() == 40);
    CHECK(rig.context.counter("he0.reconnects").value() == 2);
}

TEST_CASE("The delay from a frame's arrival to the pipeline is that of the first row of a batch") {
    Rig rig;
    const Timestamp start = at("2024-03-04T14:58:00Z");
    for (int i = 1; i <= 100; ++i) {  // 10 µs, 20 µs … 1 ms
        rig.health.handed_on(row<Trade>("HE.A", start, start + 3ms, "he0"), start + 3ms + 10us * i);
    }
    rig.report(start + 1s);
    CHECK(rig.context.gauge("parse_delay_p50_ns").value() == 500'000);
    CHECK(rig.context.gauge("parse_delay_p99_ns").value() == 990'000);
    rig.report(start + 2s);  // nothing came meanwhile
    CHECK(rig.context.gauge("parse_delay_p99_ns").value() == 0);
}
