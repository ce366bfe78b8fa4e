#pragma once

#include <sqlite3.h>

#include <catch2/catch.hpp>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/tests/sandbox.hpp"
#include "sqlite.hpp"
#include "tsflow/testing.hpp"

namespace tsflow::testing {

using Rows = std::vector<std::string>;

/// A connection beside the sink's, straight through SQLite's own interface.
class Reader {
public:
    explicit Reader(const std::filesystem::path& path) {
        REQUIRE(sqlite3_open(path.c_str(), &handle_) == SQLITE_OK);
        sqlite3_busy_timeout(handle_, 5'000);
    }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;
    ~Reader() { sqlite3_close(handle_); }

    /// The rows of a query, values joined by `|`.
    Rows operator()(const std::string& sql) {
        Rows rows;
        char* message = nullptr;
        const auto add = [](void* out, int count, char** values, char**) {
            std::string row;
            for (int i = 0; i < count; ++i) {
                row += std::string(i > 0 ? "|" : "") + (values[i] == nullptr ? "null" : values[i]);
            }
            static_cast<Rows*>(out)->push_back(row);
            return 0;
        };
        sqlite3_exec(handle_, sql.c_str(), add, &rows, &message);
        const std::string error = message == nullptr ? "" : message;
        sqlite3_free(message);
        CHECK(error.empty());
        return rows;
    }
    sqlite3* handle() const noexcept { return handle_; }

private:
    sqlite3* handle_ = nullptr;
};

inline Rows query(const std::filesystem::path& path, const std::string& sql) {
    return Reader{path}(sql);
}

inline std::string options_for(const std::filesystem::path& path, const std::string& more = {}) {
    return "path = '" + path.string() + "'\ntable = 'bars'\n" + more;
}

/// A sqlite sink at work on one database.
class Writing {
public:
    Writing(const std::string& toml, const SchemaPtr& schema) : sink_(make<Sqlite>(toml)) {
        sink_->bind(single(schema));
        sink_->open(context);
    }
    Writing(const Writing&) = delete;
    Writing& operator=(const Writing&) = delete;
    ~Writing() { sink_->close(); }

    Sqlite* operator->() { return sink_.get(); }
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
    std::unique_ptr<Sqlite> sink_;
};

/// Three rows of two keys; the third replaces the first.
inline Batch keyed() {
    return table(R"(
        symbol:symbol/key  time:timestamp/key/event_time  close:float64[USD]  volume:int64?
        MSFT               2016-04-15T13:30:00Z           55.25               100
        SPY                2016-04-15T13:30:00Z           208.5               null
        MSFT               2016-04-15T13:30:00Z           55.75               120 )");
}

inline Batch unkeyed() {
    return table(R"(
        symbol:symbol  close:float64
        MSFT           55.25
        SPY            208.5 )");
}

inline const std::string all_rows = "SELECT * FROM bars ORDER BY 1, 2";

}  // namespace tsflow::testing
