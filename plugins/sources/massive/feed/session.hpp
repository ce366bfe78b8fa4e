#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "feed/backoff.hpp"
#include "feed/loop.hpp"

namespace tsflow::massive {

/// Where a connection stands; the text is in `health` rows.
enum class SessionState : std::uint8_t {
    idle,            ///< nothing to deliver
    connecting,      ///< TCP, TLS and the websocket's handshake
    authenticating,  ///< waits for `connected` or `auth_success`
    streaming,
    waiting,  ///< backs off before the next attempt
    cooling,  ///< was refused for the plan's limit of connections
    failed,   ///< the key was refused: for good
    stopped
};
std::string_view to_string(SessionState state) noexcept;

using Tickers = std::vector<std::string>;

/// What a session tells its owner, on the loop's thread.
class SessionListener {
public:
    virtual void on_up() = 0;
    /// It was up, and no longer is.
    virtual void on_down(std::string_view why) = 0;
    /// Subscriptions of these tickers, on all channels, are in force.
    virtual void on_covered(Tickers tickers) = 0;
    /// These tickers were unsubscribed: nothing more comes for them.
    virtual void on_released(Tickers tickers) = 0;
    /// The plan allows no further connection. on_down() came before when it was up.
    virtual void on_refused(std::string_view why) = 0;
    /// The key was refused; no further attempt is made.
    virtual void on_failed(std::string_view why) = 0;
    virtual void on_frame(std::string_view bytes) = 0;
    /// As SocketListener's.
    virtual void on_drained() = 0;
    /// One line for the log; `serious` are warnings.
    virtual void on_note(bool serious, std::string_view text) = 0;

protected:
    ~SessionListener() = default;
};

/// How a session behaves; the defaults are what the vendor's service calls for.
struct SessionOptions {
    Endpoint endpoint;
    std::string api_key;
    std::vector<std::string> channels = {"AM"};  ///< names on the wire
    Duration handshake_timeout = std::chrono::seconds{20};
    Duration ack_timeout = std::chrono::seconds{10};
    Duration proven_after = std::chrono::seconds{10};  ///< resets the back-off
    Duration cool_down = std::chrono::seconds{60};     ///< doubled with each further refusal
    std::size_t params_in_message = 500;               ///< subscriptions in one message
};

/// One connection to the feed, kept up for as long as it is wanted: connects, authenticates, subscribes
/// what is desired, counts acknowledgements, and comes back after every loss. The loop's thread only.
///
///     idle → connecting → authenticating → streaming
///              ↑   └──────────┴───────┬────────┘
///           waiting, cooling ←────────┴──→ failed
class Session final : private SocketListener {
public:
    Session(Loop& loop, SessionOptions options, SessionListener& listener, std::uint64_t seed);
    ~Session();
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;

    /// Which tickers it is to deliver: what is new is subscribed, what is not wanted any more
    /// unsubscribed, without a reconnect.
    void desire(const Tickers& tickers);
    void start();
    /// Closes with a close frame; `stopped` once the peer answered or the time for it ran out.
    void stop();
    /// Drops the connection at once and comes back after a back-off: its reader cannot be served.
    void drop(std::string_view why);
    /// After `cooling` or when the plan's limit may have changed: tries again now.
    void retry_now();
    /// Whether a refused session tries again by itself after its cool-down.
    void keep_out(bool out) { kept_out_ = out; }

    /// A status from the feed that was found in a frame.
    void on_status(std::string_view status, std::string_view message);
    /// All statuses of a frame were told.
    void on_statuses_end();

    SessionState state() const noexcept { return state_; }
    bool awaits_acks() const noexcept { return !pending_.empty(); }
    std::uint64_t reconnects() const noexcept { return reconnects_; }
    std::uint64_t errors() const noexcept { return errors_; }
    std::size_t covered() const noexcept { return held_.size(); }

private:
    struct Pending {
        bool subscribe = true;
        std::size_t acks = 0;  // channels that are still to be acknowledged
        bool repeated = false;
    };

    void on_open() override;
    void on_frame(std::string_view bytes) override;
    void on_drained() override { listener_.on_drained(); }
    void on_closed(std::string_view why) override;

    void connect();
    void lose(std::string_view why);
    void wait_and_connect(Duration delay, SessionState state);
    void set_timer(Duration delay, Loop::Task task);
    void clear_timer();
    void reconcile();
    void send_action(std::string_view name, const Tickers& tickers);
    void acknowledged(std::string_view pair, bool subscribe);
    void settle(const std::string& ticker, bool subscribe);
    void watch_acks();
    void acks_overdue();
    void end_socket();
    static std::string text_of(Duration delay);

    Loop& loop_;
    SessionOptions options_;
    SessionListener& listener_;
    Backoff backoff_;
    SessionState state_ = SessionState::idle;
    std::unique_ptr<Socket> socket_;
    std::optional<Loop::TimerId> timer_;  // handshake or back-off
    std::optional<Loop::TimerId> ack_timer_;
    std::optional<Loop::TimerId> proof_timer_;
    std::unordered_set<std::string> desired_;
    std::unordered_set<std::string> held_;
    std::unordered_map<std::string, Pending> pending_;  // by ticker
    Tickers newly_covered_, newly_released_;
    bool started_ = false;
    bool stopping_ = false;
    bool kept_out_ = false;
    int refusals_ = 0;
    std::uint64_t attempts_ = 0;
    std::uint64_t reconnects_ = 0;
    std::uint64_t errors_ = 0;
};

}  // namespace tsflow::massive
