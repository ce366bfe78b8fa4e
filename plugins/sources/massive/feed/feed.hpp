#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "feed/intake.hpp"
#include "feed/loop.hpp"
#include "feed/session.hpp"
#include "routing/assignment.hpp"
#include "tsflow/context.hpp"
#include "tsflow/time.hpp"

namespace tsflow::massive {

struct FeedConnection {
    std::string name;
    std::size_t max_symbols = 0;  ///< 0: no limit
};

struct FeedOptions {
    SessionOptions session;  ///< of every connection
    std::vector<FeedConnection> connections;
    Routing routing = Routing::manual;
    Duration failover_after = std::chrono::seconds{10};
    std::uint64_t seed = 0;  ///< of the back-off's jitter
};

/// How one connection fares.
struct ConnectionStatus {
    std::string name;
    SessionState state = SessionState::idle;
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;
    std::uint64_t errors = 0;
    std::uint64_t reconnects = 0;
    Timestamp last_message;  ///< 1970 when there was none
    std::size_t assigned = 0;
};

/// The connections of one source: keeps each up, gives every ticker to exactly one of them, moves
/// tickers away from one that stays down and back when it returns, and puts what they receive into the
/// intake. All of it on the loop's thread, which does nothing slow.
class Feed {
public:
    using LogLine = std::function<void(Level, std::string_view)>;

    /// The loop, intake and clock must outlive it.
    Feed(Loop& loop, FeedOptions options, Intake& intake, const Clock& clock, LogLine log);
    ~Feed();
    Feed(const Feed&) = delete;
    Feed& operator=(const Feed&) = delete;

    /// What each connection is to deliver (`manual`), or all together. Any thread; also while it runs,
    /// when only the difference is subscribed and unsubscribed.
    void want(std::vector<Tickers> tickers);
    /// Any thread: tries again what was given up, such as connections beyond the plan's limit.
    void retry();
    /// Any thread: a status that was found only when a frame was parsed.
    void late_status(std::uint8_t connection, std::string status, std::string message);
    /// Any thread but the loop's: waits for the loop.
    std::vector<ConnectionStatus> status();
    /// Any thread but the loop's: ends all connections with a close frame and waits for it, some seconds
    /// at most. Nothing is put into the intake afterwards.
    void stop();

private:
    class Link;

    /// Puts into the intake which tickers left the universe, and which joined it.
    void tell_changes(const std::vector<Tickers>& before, const std::vector<Tickers>& after);
    void reassign();
    void desire(std::size_t index);
    void covered(std::size_t index, const Tickers& tickers);
    void went_down(std::size_t index);
    void came_up(std::size_t index);
    void refused(std::size_t index);
    /// Gives the connection up when it is not up after `failover_after`.
    void watch(std::size_t index);
    /// Whether a connection other than this one is up.
    bool others_alive(std::size_t index) const;
    void await_end(int rounds, std::function<void()> done);

    Loop& loop_;
    const FeedOptions options_;
    Intake& intake_;
    const Clock& clock_;
    const LogLine log_;
    std::vector<std::unique_ptr<Link>> links_;
    std::vector<Tickers> wanted_;
    Assignment assignment_;
    std::vector<Tickers> assigned_;  // by connection, of assignment_
    /// Tickers that move: still with this connection until the new one covers them.
    std::unordered_map<std::string, std::size_t> leaving_;
    Tickers reported_unplaced_;
    bool running_ = true;  // only the caller of stop() changes it
    bool ended_ = false;
};

}  // namespace tsflow::massive
