#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "feed/session.hpp"
#include "ledger/gap.hpp"
#include "massive/channel.hpp"
#include "tsflow/batch.hpp"
#include "tsflow/state.hpp"
#include "tsflow/time.hpp"

namespace tsflow::massive {

/// Tickers of one channel whose hole begins, or ends, at a point of event time.
struct HoleEdge {
    Channel channel = Channel::minute;
    Tickers tickers;
    Timestamp at;
    std::string why;  // of a start
};

/// Follows up to which event time each connection has delivered, and derives the holes from it. Event
/// time, not the clock, so that a replay at any speed gives the same holes. The stage's thread only.
///
/// A hole begins with the newest window that the lost connection had begun to deliver, because the burst
/// of that window may have been cut. It ends with the third new window that is seen after the tickers are
/// covered again: the first may be a late correction of a window within the hole, and the next a burst
/// seen in part. Windows that any connection had delivered by then are not new.
class Coverage {
public:
    Coverage(std::vector<Channel> channels, std::size_t connections);

    /// Rows of one channel, in the order of their arrival; column `connection` holds names that were
    /// given to name_connection(). Returns the ends of holes that follow from them.
    std::vector<HoleEdge> rows(Channel channel, const Batch& batch);
    void name_connection(std::size_t connection, Symbol name);

    /// Nobody sends these tickers any more.
    std::vector<HoleEdge> dark(std::size_t connection, const Tickers& tickers, std::string_view why,
                               Timestamp now);
    /// They are sent again; the end of their hole follows from rows(), or from waited_long().
    void covered(std::size_t connection, const Tickers& tickers, Timestamp now);
    /// Ends holes whose tickers have been covered for long without enough windows having been seen, as in a
    /// quiet night.
    std::vector<HoleEdge> waited_long(Timestamp now);
    /// Nobody is to send these tickers any more: ends the holes of those that are dark, or covered again
    /// without their hole having ended yet.
    std::vector<HoleEdge> unwanted(const Tickers& tickers, Timestamp now);
    bool follows(Channel channel) const;
    /// Tickers that were dark when the pipeline last ended.
    void dark_since_before(const std::string& ticker) { dark_.insert(ticker); }

    /// Bars before which other bars of the same ticker are missing by the day's volume.
    std::vector<Gap> take_volume_jumps() { return std::exchange(jumps_, {}); }

    /// All windows before it were delivered by every connection that delivers; nothing before rows came.
    std::optional<Timestamp> delivered(Channel channel) const;
    /// When a ticker's last bar began; Timestamp::min() when there was none.
    Timestamp last_bar(Symbol symbol) const;
    /// Every ticker of which a bar was seen.
    Tickers seen() const;

private:
    struct LastBar {
        Timestamp start = Timestamp::min();
        double day_volume = 0;
    };
    struct Waiting {
        std::size_t connection;
        Channel channel;
        Tickers tickers;
        Timestamp since;  // by the clock
        Timestamp newest = Timestamp::min();
        int new_windows = 0;
    };

    void check_volume(Symbol symbol, Timestamp start, double volume, double day_volume);
    Timestamp& newest(std::size_t connection, Channel channel);
    void await_no_more(const Tickers& tickers, std::optional<Channel> channel);

    std::vector<Channel> channels_;
    using Times = std::array<Timestamp, market::massive::channel_count>;
    std::vector<Times> newest_;                // by connection
    Times front_;                              // of them all
    std::vector<std::uint8_t> connection_of_;  // by symbol code
    std::vector<LastBar> last_;                // by symbol code
    std::unordered_set<std::string> dark_;
    std::vector<Waiting> waiting_;
    std::vector<Gap> jumps_;
};

/// How long a window of this channel is; 0 for ticks.
Duration window_of(Channel channel) noexcept;

}  // namespace tsflow::massive
