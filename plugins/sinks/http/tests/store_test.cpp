#include <sqlite3.h>
#include <stdlib.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "client.hpp"
#include "http.hpp"
#include "tsflow/builder.hpp"
#include "tsflow/testing.hpp"

using namespace tsflow;
using http::test::Client;
using nlohmann::json;
using namespace std::chrono_literals;

namespace {

constexpr int stored_minutes = 600;
const Timestamp first_minute = *parse_timestamp("2025-11-03T14:30:00Z");

Timestamp minute(int number) {
    return first_minute + std::chrono::minutes{number};
}
double close_of(int number) {
    return 100 + number * 0.25;
}

/// Minute bars of A in a file of their own: 600 in the store, and the newest five in the sink as well.
class StoredBars {
public:
    explicit StoredBars(const std::string& time_type) {
        std::string name = (std::filesystem::temp_directory_path() / "tsflow-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        folder_ = name;
        sqlite3* opened = nullptr;
        REQUIRE(sqlite3_open(path().c_str(), &opened) == SQLITE_OK);
        database_.reset(opened);
        run("CREATE TABLE ohlcv_1min (symbol TEXT, timestamp " + time_type +
            ", open REAL, high REAL, low REAL, close REAL, volume INTEGER, PRIMARY KEY (symbol, "
            "timestamp))");
        run("BEGIN");
        for (int i = 0; i < stored_minutes; ++i) {
            const std::string time = time_type == "TEXT"
                                         ? "'" + format_timestamp(minute(i)) + "'"
                                         : std::to_string(minute(i).time_since_epoch() / 1ns);
            const std::string price = std::to_string(close_of(i));
            run("INSERT INTO ohlcv_1min VALUES ('A'," + time + "," + price + "," + price + "," +
                price + "," + price + ",7)");
        }
        run("COMMIT");
    }
    ~StoredBars() { std::filesystem::remove_all(folder_); }
    StoredBars(const StoredBars&) = delete;
    StoredBars& operator=(const StoredBars&) = delete;
    std::string path() const { return (folder_ / "bars.sqlite").string(); }

private:
    struct Close {
        void operator()(sqlite3* database) const noexcept { sqlite3_close(database); }
    };
    void run(const std::string& sql) {
        REQUIRE(sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK);
    }
    std::filesystem::path folder_;
    std::unique_ptr<sqlite3, Close> database_;
};

const char* const header =
    "symbol:symbol/key timestamp:timestamp/key/event_time open:float64 high:float64 low:float64 "
    "close:float64 volume:float64";

struct Served {
    explicit Served(const std::string& store)
        : sink(testing::make<Http>(
              "listen = '127.0.0.1:0'\nwindow = 5\nrequests_per_second = 0\nstore = '" + store +
              "'")) {
        const SchemaPtr schema = testing::schema(header);
        sink->bind({{"bars", schema}});
        sink->open(context);
        BatchBuilder rows(schema);
        for (int i = stored_minutes - 20; i < stored_minutes; ++i) {
            rows.push(0, Symbol::intern("A"));
            rows.push(1, minute(i));
            for (std::size_t column = 2; column < 6; ++column) {
                rows.push(column, close_of(i));
            }
            rows.push(6, 7.0);
        }
        sink->write(rows.finish());
    }
    ~Served() { sink->close(); }

    testing::TestContext context;
    std::unique_ptr<Http> sink;
};

json body_of(const std::string& answer) {
    REQUIRE(answer.substr(0, 4) == "200 ");
    return json::parse(answer.substr(4));
}

}  // namespace

TEST_CASE("Bars of any range are those that the store holds, whatever memory still has") {
    const StoredBars store(GENERATE(as<std::string>{}, "TEXT", "INTEGER"));
    const Served served("sqlite:" + store.path());
    Client client(served.sink->port());
    std::mt19937 random(1);
    for (int round = 0; round < 60; ++round) {
        const int from = std::uniform_int_distribution{-20, stored_minutes + 20}(random);
        const int to = from + std::uniform_int_distribution{1, 300}(random);
        const int limit = std::uniform_int_distribution{1, 400}(random);
        std::vector<std::string> expected;
        for (int i = std::max(from, 0); i < std::min(to, stored_minutes); ++i) {
            expected.push_back(format_timestamp(minute(i)) + " " + json(close_of(i)).dump());
        }
        if (expected.size() > static_cast<std::size_t>(limit)) {
            expected.erase(expected.begin(), expected.end() - limit);
        }
        const json answer =
            body_of(client.get("/api/bars/A?from=" + format_timestamp(minute(from)) + "&to=" +
                               format_timestamp(minute(to)) + "&limit=" + std::to_string(limit)));
        std::vector<std::string> found;
        for (const json& bar : answer["bars"]) {
            found.push_back(bar["time"].get<std::string>() + " " +
                            json(bar["close"].get<double>()).dump());
        }
        INFO(from << " to " << to << ", limit " << limit);
        REQUIRE(found == expected);
    }
}

TEST_CASE("Without a range the newest bars come, the older ones of them from the store") {
    const StoredBars store("TEXT");
    const Served served("sqlite:" + store.path());
    Client client(served.sink->port());
    CHECK(body_of(client.get("/api/bars/A?limit=10000"))["count"] == stored_minutes);
    CHECK(body_of(client.get("/api/bars/A?tf=1h&limit=3"))["count"] == 3);
    CHECK(body_of(client.get("/api/ticks/recent?symbol=a&limit=100"))["count"] == 100);
    CHECK(body_of(client.get("/api/bars/B"))["count"] == 0);
}

TEST_CASE("A store that is not there is told, and what memory holds is served without it") {
    const Served served("sqlite:/nowhere/bars.sqlite");
    Client client(served.sink->port());
    const std::string answer = client.get("/api/bars/A");
    CHECK(answer.starts_with("503 "));
    CHECK(answer.find("the store does not answer") != std::string::npos);
    CHECK(body_of(client.get("/api/bars/A?limit=5"))["count"] == 5);
}
