#pragma once

#include <catch2/catch.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "connection.hpp"
#include "postgres_server.hpp"
#include "timescale.hpp"
#include "tsflow/testing.hpp"

namespace tsflow::testing {

using Rows = std::vector<std::string>;

/// The one server of this executable's tests; nothing when none is installed.
inline const std::optional<PostgresServer>& server() {
    static const std::optional<PostgresServer> started = PostgresServer::start();
    return started;
}

/// A connection of the test's own, beside the sink's.
class Reader {
public:
    explicit Reader(const std::string& url) : connection_({.url = Secret{url}}) {}
    /// The rows of a query, values joined by `|`.
    Rows operator()(const std::string& sql) {
        const timescale::Answer answer = connection_.execute(sql);
        Rows rows;
        for (std::size_t row = 0; row < answer.rows(); ++row) {
            std::string text;
            for (std::size_t column = 0; column < answer.columns(); ++column) {
                text += column > 0 ? "|" : "";
                text += answer.is_null(row, column) ? "null" : answer.text(row, column);
            }
            rows.push_back(text);
        }
        return rows;
    }

private:
    timescale::Connection connection_;
};

/// A database on the server, without anything in it.
class Database {
public:
    Database() : Database("test") {
        query(
            "SET client_min_messages = warning; DROP SCHEMA public CASCADE; CREATE SCHEMA public; "
            "DROP SCHEMA IF EXISTS tsflow CASCADE; ALTER DATABASE test RESET ALL");
    }
    /// Another one, of a name that no test has used.
    explicit Database(const std::string& name) : name_(name) {
        const std::string& url = server()->url();
        if (name != "test") {
            Reader{url}("CREATE DATABASE " + name_);
        }
        const std::size_t at = url.find("/test?");
        url_ = url.substr(0, at + 1) + name_ + url.substr(at + 5) + "&options=-ctimezone%3DUTC";
    }
    const std::string& name() const noexcept { return name_; }
    const std::string& url() const noexcept { return url_; }
    Rows query(const std::string& sql) const { return Reader{url_}(sql); }
    std::string options(const std::string& more = {}) const {
        return "url = '" + url_ + "'\ntable = 'bars'\n" + more;
    }

private:
    std::string name_;
    std::string url_;
};

/// A sink at work.
class Writing {
public:
    Writing(const std::string& toml, const SchemaPtr& schema) : sink_(make<Timescale>(toml)) {
        sink_->bind(single(schema));
        sink_->open(context);
    }
    Writing(const Writing&) = delete;
    Writing& operator=(const Writing&) = delete;
    ~Writing() { sink_->close(); }

    Timescale* operator->() { return sink_.get(); }
    std::string commit(std::uint64_t id = 1) {
        StateWriter state;
        sink_->commit({id, "position " + std::to_string(id)}, state);
        return state.bytes();
    }
    void restore(const std::string& bytes) {
        StateReader state(bytes);
        sink_->restore(state);
    }

    TestContext context;

private:
    std::unique_ptr<Timescale> sink_;
};

/// Three rows of two keys; the third replaces the first.
inline Batch keyed() {
    return table(R"(
        symbol:symbol/key  time:timestamp/key/event_time  close:float64[USD]  volume:int64?
        MSFT               2016-04-15T13:30:00Z           55.25               100
        SPY                2016-04-15T13:30:00Z           208.5               null
        MSFT               2016-04-15T13:30:00Z           55.75               120 )");
}

inline const std::string all_rows = "SELECT * FROM bars ORDER BY 1, 2";

}  // namespace tsflow::testing

/// First line of every test that needs a server.
#define TSFLOW_NEEDS_SERVER()                         \
    if (!tsflow::testing::server()) {                 \
        WARN("skipped: PostgreSQL is not installed"); \
        return;                                       \
    }
