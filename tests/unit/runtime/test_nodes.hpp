#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "tsflow/builder.hpp"
#include "tsflow/plugin.hpp"

/// Small nodes that the tests of the runtime are made of. What a test looks at or steers lies in a
/// `Board`, found by the name that the node's table gives.
namespace tsflow::test {

/// What nodes and tests share.
struct Board {
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<std::string> events;       ///< in order: `open a`, `commit a`, …
    std::vector<std::int64_t> written;     ///< by a `keep` sink, all
    std::size_t durable = 0;               ///< of these, up to the last commit
    std::vector<std::int64_t> watermarks;  ///< seconds, as a `watch` transform saw them
    bool gate_open = true;                 ///< a `keep` sink with `gated` waits for it
    bool waiting = false;                  ///< … and says so here
    std::int64_t fail_at = -1;             ///< the number at which a node throws
    std::string failure = "error";         ///< `error`, `retryable`, `other`
    int failures_left = 1;
    std::int64_t produced = 0;  ///< numbers that a live `feed` has sent: never sent again
    std::int64_t more = 0;      ///< … sends beyond its rows

    void note(const std::string& event);
    void open_gate();
    void wait_until_gated();
    /// Throws what `failure` says, when `number` is the one to fail at and failures are left.
    void fail_if_asked(std::int64_t number);
};

/// The board of this name, made on first use; `clear_boards()` forgets all.
std::shared_ptr<Board> board(const std::string& name);
void clear_boards();

/// `number` (key), `time` (event time: number seconds), both from 0.
SchemaPtr number_schema();

/// Emits the numbers from 0 to rows - 1 with a watermark behind each batch. `rows = 0` never ends.
struct CountSource;
/// Live: sends each number once, also over restarts; idle at the end, or done when it `ends`. With
/// `positioned` it is replayable instead.
struct FeedSource;
/// Adds a running `sum` to each number; its memory is carried over.
struct SumTransform;
/// Hands everything on; notes watermarks on its board; rejects numbers that `reject` divides.
struct WatchTransform;
/// Two named inputs, `left` and `right`; hands both on and counts them in its memory.
struct JoinTransform;
/// Keeps the numbers it is given; restore() takes back what came after the commit.
struct KeepSink;

std::unique_ptr<Node> make_feed(const std::string& toml);

/// All of them, as types `count`, `feed`, `sum`, `watch`, `join`, `keep`.
std::vector<NodeType> node_types();

}  // namespace tsflow::test
